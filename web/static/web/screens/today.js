// A day of the diary: today, or any before it.

import { addDays, dayAndMonth, dayName, isDate, wholeDate } from "../dates.js";
import { activities, activitiesOn } from "../day/activities.js";
import { moments, momentsBetween } from "../day/moments.js";
import { ownPart, ownScales } from "../day/own_scales.js";
import { painSites } from "../day/pain_sites.js";
import { firstScales, otherScales } from "../day/scales.js";
import { symptomQuestions } from "../day/symptoms.js";
import { note, skipped } from "../day/words.js";
import { beingWritten, entriesBetween, entry, onDiary, write } from "../diary.js";
import { h, put, svg } from "../dom.js";
import { fortnight, isRecorded } from "../fortnight.js";
import { me, today, vocabulary as vocabularyKept } from "../me.js";
import { go } from "../router.js";
import { onChange } from "../store.js";

export const title = "Today";

const EARLIEST = "2000-01-01";

export async function show(place, { rest: [asked], signal }) {
  const now = await today();
  const date = isDate(asked ?? "") && asked <= now && asked >= EARLIEST ? asked : now;
  const vocabulary = await vocabularyKept();
  const { asks_self_harm: asksSelfHarm } = await me();
  const found = await readDay(date, now);
  const { day } = found;
  const record = (set) => write("entries", date, set);
  const { measures, symptoms } = vocabulary;

  const strip = fortnight({ last: now, chosen: date, recorded: found.recorded });
  const notices = h("div", { class: "notices" });
  const parts = {
    first: firstScales({ day, measures, record }),
    other: otherScales({ day, measures, record }),
    symptoms: symptomQuestions({ day, date, symptoms, record, asksSelfHarm }),
    sites: painSites({ day, vocabulary, record }),
    activities: activities({ date, kinds: vocabulary.activity_kinds, found: found.activities }),
    moments: moments({ date, isToday: date === now, measures, found: found.moments }),
    own: ownPart({ day, trackers: found.trackers, record }),
    note: note({ day, record, signal }),
    skipped: skipped({ day, reasons: vocabulary.skipped, record }),
  };
  const { first, ...folded } = parts;
  place.append(
    h("header", { class: "day-head" }, titleOf(date, now), strip.element, notices),
    first.element,
    h("div", { class: "folds" }, Object.values(folded).map((part) => part.element)));
  put(notices, noticesOf(found, date, now));

  onDiary(async () => {
    const fresh = await readDay(date, now);
    if (beingWritten()) return; // read too early; what is being written tells of itself
    strip.set(fresh.recorded);
    put(notices, noticesOf(fresh, date, now));
    for (const [name, part] of Object.entries(parts)) {
      if (name === "activities" || name === "moments") part.set(fresh[name]);
      else part.set(fresh.day, fresh.trackers);
    }
  }, { signal });
  turnAtMidnight(now, signal);
}

async function readDay(date, now) {
  const from = addDays(now, -13);
  const [day, entries, done, checkIns, around, trackers] = await Promise.all([
    entry(date), entriesBetween(from, now), activitiesOn(date), momentsBetween(date, date),
    momentsBetween(from, now), ownScales(),
  ]);
  // A day of check-ins alone is a recorded day.
  const recorded = new Set(around.map((each) => each.date));
  for (const [key, each] of entries) if (isRecorded(each)) recorded.add(key);
  return { day, recorded, activities: done, moments: checkIns, trackers };
}

function titleOf(date, now) {
  const step = (to, label, path) => {
    const possible = to <= now && to >= EARLIEST;
    return h("a", { class: "step-day", "aria-label": label, role: possible ? null : "link", "aria-disabled": possible ? null : "true",
      href: possible ? addressOf(to, now) : null },
    svg("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, svg("path", { d: path })));
  };
  const pick = h("input", { type: "date", "aria-label": "Another day", min: EARLIEST, max: now, value: date,
    onchange: () => pick.value && go(addressOf(pick.value, now)) });
  pick.addEventListener("click", () => pick.showPicker?.());
  return h("div", { class: "day-title" },
    h("div", {}, h("h1", {}, dayName(date, now)), h("p", {}, dayAndMonth(date))),
    h("div", { class: "day-steps" },
      step(addDays(date, -1), `The day before, ${wholeDate(addDays(date, -1))}`, "M14 6l-6 6 6 6"),
      h("span", { class: "step-day" },
        svg("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" },
          svg("path", { d: "M5 7h14v12H5zM5 11h14M9 4v4M15 4v4" })), pick),
      step(addDays(date, 1), "The day after", "M10 6l6 6-6 6")));
}

const addressOf = (date, now) => (date === now ? "#/today" : `#/day/${date}`);

function noticesOf({ day, recorded }, date, now) {
  const yesterday = addDays(now, -1);
  return [
    date === now && !recorded.has(yesterday)
      && h("p", {}, h("a", { href: addressOf(yesterday, now) }, "Yesterday is not recorded. Add it?")),
    day.skipped && !isRecorded(day)
      && h("p", { class: "notice" }, "You left this day empty. It counts as not recorded."),
  ];
}

/** A page that is left open goes on with the new day, once nobody is in the middle of something. */
function turnAtMidnight(now, signal) {
  const look = async () => {
    if (document.visibilityState === "visible" && (await today()) !== now && !signal.aborted) go(location.hash);
  };
  document.addEventListener("visibilitychange", look, { signal });
  onChange((what) => what === "me" && look(), { signal }); // they have travelled
}

// A day of the diary, today or any before it.

import { addDays, dayAndMonth, dayName, isDate } from "../dates.js";
import { entriesBetween, entry, onDiary, write } from "../diary.js";
import { h } from "../dom.js";
import { fortnight, isRecorded } from "../fortnight.js";
import { today, vocabulary } from "../me.js";
import { hours, slider } from "../slider.js";

export const title = "Today";

const FIRST = ["pain", "mood", "sleep_hours"];

export async function show(place, { rest: [asked], signal }) {
  const now = await today();
  const date = isDate(asked ?? "") && asked <= now ? asked : now;
  const [{ measures }, day, around] = await Promise.all([
    vocabulary(), entry(date), entriesBetween(addDays(now, -13), now),
  ]);
  const recorded = (found) => new Set([...found].filter(([, each]) => isRecorded(each)).map(([key]) => key));
  const strip = fortnight({ last: now, chosen: date, recorded: recorded(around) });
  const scales = measures.filter(({ name }) => FIRST.includes(name)).map((measure) => ({
    name: measure.name,
    ...slider({
      ...measure,
      ...(measure.name === "sleep_hours" ? { high: 14, step: 0.25, sayAs: hours } : { step: 0.5 }),
      value: day[measure.name] ?? null,
      onRecord: (value) => write("entries", date, { [measure.name]: value }),
    }),
  }));
  place.append(
    h("header", { class: "day-head" },
      h("div", { class: "day-title" },
        h("div", {}, h("h1", {}, dayName(date, now)), h("p", {}, dayAndMonth(date)))),
      strip.element),
    h("div", { class: "scales" }, scales.map(({ element }) => element)));

  onDiary(async () => {
    const [fresh, found] = await Promise.all([entry(date), entriesBetween(addDays(now, -13), now)]);
    for (const scale of scales) scale.set(fresh[scale.name] ?? null);
    strip.set(recorded(found));
  }, { signal });
}

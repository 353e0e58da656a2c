// Trends: what was recorded over weeks, months, years. A day that was not recorded is a gap.

import { addDays, dayAndMonth } from "../dates.js";
import { onDiary } from "../diary.js";
import { h, put } from "../dom.js";
import { today, vocabulary } from "../me.js";
import { NAMES } from "../patterns.js";
import { asOf, seen } from "../seen.js";
import { empty, failure, waiting } from "../states.js";
import { activityGrid } from "../charts/activity.js";
import { lines } from "../charts/lines.js";
import { longView } from "../charts/long.js";
import { RANGES, spanOf } from "../charts/span.js";
import { symptomGrid } from "../charts/symptoms.js";

export const title = "Trends";

const PAIR = ["pain", "mood"];
const REST = ["pain_interference", "sleep_quality", "energy", "worry", "company"];
const COLOURS = {
  pain: "--pain", mood: "--mood", sleep_hours: "--sleep", sleep_quality: "--sleep",
  pain_interference: "--pain", energy: "--mood", worry: "--pain", company: "--mood",
};

export async function show(place, { rest: [asked], signal }) {
  const range = RANGES.find(({ name }) => name === asked) ?? RANGES[1];
  const under = h("div", { class: "charts" }, waiting());
  place.append(
    h("div", { class: "heading" }, h("h1", {}, title), ranges(range)),
    under);
  let drawn = { mark: null, end: new AbortController() };
  const draw = async () => {
    const end = new AbortController();
    try {
      const { mark, cards } = await charts(range, AbortSignal.any([signal, end.signal]), drawn.mark);
      if (signal.aborted || !cards) return;
      drawn.end.abort(); // what watched the cards before
      drawn = { mark, end };
      put(under, cards);
    } catch (error) {
      if (!signal.aborted) put(under, failure(error, draw));
    }
  };
  // The cards come when they are there: the range can be changed while they are on their way.
  draw();
  onDiary(laterThan(1500, draw, signal), { signal });
}

const ranges = (chosen) =>
  h("nav", { class: "ranges", "aria-label": "How far back" }, RANGES.map(({ name, label }) =>
    h("a", { href: `#/trends/${name}`, "aria-current": name === chosen.name ? "true" : null }, label)));

/** The cards, and a mark of the diary as it is in them; no cards where that is still `before`. */
async function charts(range, signal, before) {
  const [now, { symptoms, activity_kinds: kinds }] = await Promise.all([today(), vocabulary()]);
  const span = range.days ? spanOf(range, now) : spanOf(range, await lastDay(now, signal), await firstDay(now, signal));
  const ask = (name, measures) => seen(`trends ${range.name} ${name}`,
    `trends?${new URLSearchParams({ ...span, measures })}`, { signal });
  const [main, nine, { answer: trackers }] = await Promise.all([
    ask("lines", [...PAIR, "sleep_hours", ...REST].join(",")),
    ask("symptoms", symptoms.map(({ name }) => name).join(",")),
    seen("trackers", "trackers?limit=100", { signal }),
  ]);
  const mark = [main, nine].map(({ answer, offline }) => [answer.as_of_seq, answer.reviewed_seq, offline]).join();
  if (mark === before) return { mark };
  if (nothing(main.answer) && nothing(nine.answer)) return { mark, cards: [asOf(main), nothingYet(range)] };
  const own = trackers.items.filter(({ archived }) => !archived);
  const mine = own.length ? await ask("own", own.map(({ id }) => id).join(",")) : null;
  const card = (heading, names, trends = main.answer, more = [], colours = COLOURS) =>
    lines({ title: heading, trends, names, colours, more, signal });

  const pair = await card("Pain and mood", PAIR, main.answer, [
    openSpans(main.answer), ...longView(main.answer, PAIR), reading(span),
  ]);
  const has = (trends, names) => names.some((name) => trends.series[name].n.some(Boolean));
  const slept = has(main.answer, ["sleep_hours"]);
  const asked = !nothing(nine.answer);
  const cards = [
    asOf(main),
    pair,
    slept && await card("Sleep", ["sleep_hours"], main.answer, longView(main.answer, ["sleep_hours"])),
    asked && symptomGrid({ trends: nine.answer, symptoms }),
    await activityGrid({ dates: nine.answer.dates, span, kinds, signal }),
    mine && await card("Your own scales", own.map(({ id }) => id), mine.answer, [],
      Object.fromEntries(own.map(({ id, worse }) => [id, worse > 0 ? "--pain" : worse < 0 ? "--mood" : "--sleep"]))),
    await others(card, main.answer),
    !(slept && asked) && h("p", { class: "hint" },
      `Not recorded in this time: ${[!slept && "sleep", !asked && "symptoms"].filter(Boolean).join(", ")}.`),
  ];
  return { mark, cards };
}

/** What else was recorded, drawn when it is opened. */
async function others(card, trends) {
  const names = REST.filter((name) => trends.series[name].n.some(Boolean));
  if (!names.length) return null;
  const inside = h("div", { class: "fold-inside" });
  const fold = h("details", { class: "fold" },
    h("summary", {}, "Everything else",
      h("span", { class: "fold-said" }, names.map((name) => trends.series[name].label).join(", "))), inside);
  fold.addEventListener("toggle", async () => {
    if (fold.open && !inside.firstChild) {
      put(inside, waiting());
      put(inside, await card("Everything else", names, trends));
    }
  });
  return fold;
}

const nothing = ({ series }) => Object.values(series).every(({ n }) => !n.some(Boolean));

const nothingYet = (range) => empty(
  range.name === "fortnight" ? "Nothing in these two weeks" : "Nothing to draw yet",
  h("p", {}, "Every day that you write becomes a point here. Days that you leave out stay empty; they never count as zero."),
  h("a", { class: "button quiet", href: "#/today" }, "Write today"));

/** Where a pattern was open, each with the way to its reasons. */
function openSpans({ patterns }) {
  if (!patterns.length) return null;
  return h("ul", { class: "spans" }, patterns.map(({ id, kind, opened_on: opened, closed_on: closed }) =>
    h("li", {}, h("a", { href: `#/patterns/${id}` },
      h("span", {}, NAMES[kind], h("span", { class: "hint" }, `${closed ? "from" : "since"} `, dayAndMonth(opened),
        closed && [" to ", dayAndMonth(closed)])), h("span", { class: "why" }, "Why?")))));
}

const reading = ({ bin }) =>
  h("p", { class: "hint" },
    bin === "day" ? "A point is a day; " : bin === "week" ? "A point is a week, its bar from lowest to highest; "
      : "A point is a month, its bar from lowest to highest; ",
    "the thick line is the mean of the two weeks before it, thin where fewer than 7 of 14 days were answered. "
    + "The pale band is within one point of your usual. Where nothing was recorded, nothing is drawn.");

/** The diary's first day, as far as it can be told. */
async function firstDay(now, signal) {
  const { answer } = await seen("trends begin", "trends?measures=pain,mood,sleep_hours", { signal });
  const days = Object.values(answer.series).map(({ first_weeks: first }) => first?.from).filter(Boolean);
  return days.sort()[0] ?? addDays(now, -364);
}

/** The diary's last day, where it ended long ago; else today. */
async function lastDay(now, signal) {
  const { answer: { items: [newest] } } = await seen("trends end", "entries?limit=1", { signal });
  return newest && newest.date < addDays(now, -90) ? newest.date : now;
}

/** `work`, once nothing has called for it for so many milliseconds. */
function laterThan(milliseconds, work, signal) {
  let timer;
  signal.addEventListener("abort", () => clearTimeout(timer));
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, milliseconds);
  };
}

// The last fourteen days as two rows of dots: filled where something was recorded. Each is a day
// that can be opened.

import { dayAndMonth, datesUpTo, shortWeekday } from "./dates.js";
import { h, put } from "./dom.js";

const META = ["id", "collection", "rev", "deleted", "edited_at", "time_zone", "skipped", "date"];

/** Whether an entry says something of its day; a reason why it is empty does not. */
export function isRecorded(entry) {
  return Object.entries(entry ?? {}).some(([name, value]) =>
    !META.includes(name) && value !== null && (typeof value !== "object" || Object.keys(value).length > 0));
}

/** @param recorded a set of dates */
export function fortnight({ last, chosen, recorded }) {
  const element = h("ol", { class: "fortnight", "aria-label": "The last fourteen days" });
  const draw = (marked) => put(element, datesUpTo(last, 14).map((date) => dot(date, marked.has(date))));
  const dot = (date, full) =>
    h("li", {}, h("a", {
      href: date === last ? "#/today" : `#/day/${date}`,
      class: full ? "dot full" : "dot",
      "aria-current": date === chosen ? "date" : null,
      "aria-label": `${shortWeekday(date)} ${dayAndMonth(date)}: ${full ? "recorded" : "not recorded"}`,
    }, h("span", { class: "dot-day", "data-said": shortWeekday(date).slice(0, 2) }),
    h("span", { class: "dot-date" }, String(Number(date.slice(8))))));
  draw(recorded);
  return { element, set: draw };
}

// The long view: how the first eight weeks were, and how the last two are.

import { h } from "../dom.js";
import { number, plural, said } from "./numbers.js";

/** @returns one paragraph for each series that is old enough for it */
export function longView({ series }, names) {
  const told = names.map((name) => sentence(name, series[name])).filter(Boolean);
  return told.length ? [h("div", { class: "long" }, h("h3", {}, "The long view"), told.map((words) => h("p", {}, words)))] : [];
}

function sentence(name, { label, unit, first_weeks: first, fortnight }) {
  const now = fortnight.mean.at(-1);
  if (!first || now === null || now === undefined) return null;
  const answered = fortnight.answered.at(-1);
  return `${label}: ${say(name, unit, first.mean)} in your first eight weeks (${plural(first.answered, "day", "days")}), `
    + `${say(name, unit, now)} in the last two (${answered} of 14 days).`;
}

const say = (name, unit, value) => (name === "sleep_hours" ? said(name, unit, value) : number(value));

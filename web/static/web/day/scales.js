// The measures of a day: three at once, the others behind one tap.

import { h } from "../dom.js";
import { hours, slider } from "../slider.js";
import { countOf, fold } from "./fold.js";

const FIRST = ["pain", "mood", "sleep_hours"];

/** What a thumb can hit: half points, quarter hours; nights are rarely longer than the track. */
export const forThumbs = (measure) =>
  measure.name === "sleep_hours"
    ? { ...measure, high: 14, step: 0.25, most: measure.high, sayAs: hours }
    : { ...measure, step: 0.5 };

export function scaleOf(measure, value, onRecord) {
  return { name: measure.name, ...slider({ ...forThumbs(measure), value: value ?? null, onRecord }) };
}

export function firstScales({ day, measures, record }) {
  const scales = pick(measures, (name) => FIRST.includes(name), day, record);
  return {
    element: h("div", { class: "scales" }, scales.map(({ element }) => element)),
    set: (next) => scales.forEach((scale) => scale.set(next[scale.name] ?? null)),
  };
}

export function otherScales({ day, measures, record }) {
  const scales = pick(measures, (name) => !FIRST.includes(name), day, record);
  const { element, say } = fold("More of the day",
    h("div", { class: "scales" }, scales.map((scale) => scale.element)));
  const set = (next) => {
    scales.forEach((scale) => scale.set(next[scale.name] ?? null));
    say(countOf(scales.map(({ name }) => next[name])));
  };
  set(day);
  return { element, set };
}

const pick = (measures, wanted, day, record) =>
  measures.filter(({ name }) => wanted(name)).map((measure) =>
    scaleOf(measure, day[measure.name], (value) => record({ [measure.name]: value })));

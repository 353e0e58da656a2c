// An estimate with the interval that it lies in, on a line with zero in its middle; and how far
// something is from having enough days.

import { h, svg } from "../dom.js";
import { number } from "./numbers.js";

const WIDE = 200;
const MIDDLE = 14;

/** @param span the value at the right end at least; the left end is the same below zero */
export function interval({ estimate, low, high, span, of_what: what, where }) {
  const reach = Math.max(span, Math.ceil(Math.max(Math.abs(low), Math.abs(high))));
  const x = (value) => WIDE / 2 + (value / reach) * (WIDE / 2 - 6);
  const words = `${where}: ${signed(estimate)}, probably between ${signed(low)} and ${signed(high)}`;
  return h("figure", { class: "interval" },
    svg("svg", { viewBox: `0 0 ${WIDE} 28`, role: "img", "aria-label": words },
      svg("line", { class: "axis", x1: 0, x2: WIDE, y1: MIDDLE, y2: MIDDLE }),
      svg("line", { class: "zero", x1: x(0), x2: x(0), y1: 3, y2: 25 }),
      svg("line", { class: "range", x1: x(low), x2: x(high), y1: MIDDLE, y2: MIDDLE }),
      svg("circle", { class: "point", cx: x(estimate), cy: MIDDLE, r: 5 })),
    h("figcaption", { class: "evidence-days" }, h("span", {}, `${where}: lower ${what.toLowerCase()}`), h("span", {}, "higher")));
}

const signed = (value) => (value > 0 ? `+${number(value)}` : number(value).replace("-", "−"));

export function progress(had, of) {
  return h("div", { class: "progress" },
    h("progress", { max: of, value: Math.min(had, of), "aria-label": `${had} of ${of} days` }),
    h("span", { class: "hint", "aria-hidden": "true" }, `${had} of ${of}`));
}

// Scores over time: a point for each time it was answered, where it lies in time. Points are not
// joined: between two of them nobody knows.

import { daysBetween, shortDay } from "../dates.js";
import { h, svg } from "../dom.js";
import { number } from "./numbers.js";

const WIDE = 300;
const TALL = 96;
const EDGE = 14;

export function scores({ label, score, answers }) {
  const first = answers[0].date;
  const length = Math.max(daysBetween(first, answers.at(-1).date), 1);
  const x = ({ date }) => 30 + (daysBetween(first, date) / length) * (WIDE - 30 - EDGE);
  const y = (value) => TALL - EDGE - ((value - score.low) / (score.high - score.low)) * (TALL - 2 * EDGE);
  const words = answers.map((answer) => `${shortDay(answer.date)}: ${number(answer.score)}`).join(", ");
  return h("figure", { class: "scores" },
    svg("svg", { viewBox: `0 0 ${WIDE} ${TALL}`, role: "img", "aria-label": `${label}, ${words}` },
      [score.low, score.high].map((value) => [
        svg("line", { class: "axis", x1: 24, x2: WIDE, y1: y(value), y2: y(value) }),
        svg("text", { class: "mark", x: 18, y: y(value) + 4, "text-anchor": "end" }, String(value))]),
      answers.map((answer) => [
        svg("line", { class: "stem", x1: x(answer), x2: x(answer), y1: y(score.low), y2: y(answer.score) }),
        svg("circle", { class: "point", cx: x(answer), cy: y(answer.score), r: 4.5 }),
        svg("text", { class: "mark", x: x(answer), y: y(answer.score) - 9, "text-anchor": "middle" }, number(answer.score))])),
    h("figcaption", { class: "evidence-days" }, h("span", {}, shortDay(first)), h("span", {}, shortDay(answers.at(-1).date))));
}

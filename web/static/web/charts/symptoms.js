// The nine symptoms over days, in words and as cells.

import { h } from "../dom.js";
import { grid, strip } from "./grid.js";
import { number } from "./numbers.js";
import { NOT_RECORDED } from "./table.js";

/** What a grade is called: "2: most of the day, less". */
export function gradeSaid({ grades }, value) {
  if (value === null || value === undefined) return NOT_RECORDED;
  const known = grades.find((grade) => grade.value === value);
  return known ? known.label : number(value);
}

/** A grade as a cell: how deep, and for a change which way. */
export const cellOf = (symptom, value) =>
  value === null || value === undefined ? null
    : { grade: Math.min(3, Math.round(Math.abs(value))), way: symptom.low < 0 ? Math.sign(Math.round(value)) : 0 };

export function symptomGrid({ trends, symptoms, more }) {
  const { dates, bin, series } = trends;
  // A row that was never answered is one that is not asked.
  const rows = symptoms.filter(({ name }) => series[name].n.some(Boolean)).map((symptom) => {
    const { value, n } = series[symptom.name];
    return {
      label: symptom.label,
      cell: (place) => cellOf(symptom, value[place]),
      says: (place) => bin === "day" || value[place] === null ? gradeSaid(symptom, value[place])
        : `${number(value[place])} on average, ${n[place]} days`,
    };
  });
  return grid({ title: "Symptoms", dates, bin, rows, key: keyOf(symptoms), more });
}

/** What the cells mean, beside the cells themselves. */
function keyOf(symptoms) {
  const plain = symptoms.find(({ low }) => low === 0);
  const one = (grade, way, words) =>
    h("li", {}, strip(1, () => (grade === null ? null : { grade, way })), words);
  return h("ul", { class: "key", "aria-label": "What the cells mean" },
    one(null, 0, NOT_RECORDED),
    plain.grades.map(({ value, label }) => one(value, 0, label)),
    one(2, 1, "a change: more, faster"), one(2, -1, "a change: less, slower"));
}

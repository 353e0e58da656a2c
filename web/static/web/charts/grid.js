// Days as columns, things as rows: what was there is told by how full and how deep a cell is. A day
// that was not recorded has no cell at all; a recorded "not at all" has a pale one.

import { h, put, svg } from "../dom.js";
import { scrubber } from "./scrubber.js";
import { binName, marks } from "./span.js";
import { table } from "./table.js";

const TALL = 20;

/**
 * @param rows [{ label, cell(place) → { grade: 0–3, way: -1|0|1 } or null, says(place), note }]
 * @param key elements that explain the cells
 * @param signed whether a cell may go up or down
 */
export function grid({ title, dates, bin, rows, key, more = [] }) {
  const day = h("p", { class: "chart-day" });
  const line = h("span", { class: "grid-cursor", "aria-hidden": "true" });
  const said = rows.map(() => h("span", { class: "grid-said" }));
  const body = h("div", { class: dates.length > 31 ? "grid-rows dense" : "grid-rows" },
    rows.map((row, at) => h("div", { class: "grid-row" },
      h("span", { class: "grid-label" }, row.label), said[at], strip(dates.length, row.cell))),
    h("div", { class: "grid-days", "aria-hidden": "true" },
      h("div", { class: "grid-marks" }, marks(dates).map(({ at, label }) => placed(label, (at + 0.5) / dates.length))), line));
  const cursor = scrubber({
    label: `${title}, ${bin} by ${bin}`,
    count: dates.length,
    says: (place) => [binName(dates[place], bin), ...rows.map((row) => `${row.label} ${row.says(place)}`)].join(", "),
    onMove(place) {
      day.textContent = binName(dates[place], bin);
      rows.forEach((row, at) => put(said[at], row.says(place)));
      line.style.left = `${(100 * (place + 0.5)) / dates.length}%`;
    },
  });
  body.addEventListener("click", (event) => {
    const cells = event.target.closest(".grid-cells");
    if (!cells) return;
    const { left, width } = cells.getBoundingClientRect();
    cursor.move(Math.floor(((event.clientX - left) / width) * dates.length));
  });
  cursor.move(dates.findLastIndex((_, place) => rows.some(({ cell }) => cell(place))));
  return h("section", { class: "card chart", "aria-label": title },
    h("div", { class: "heading" }, h("h2", {}, title), day),
    body, cursor.element, key, ...more.filter(Boolean),
    table({
      caption: `${title}, newest first`,
      head: ["Day", ...rows.map((row) => row.label)],
      rows: () => dates.map((date, place) => [binName(date, bin), ...rows.map((row) => row.says(place))]).reverse(),
    }));
}

function placed(label, share) {
  const mark = h("span", {}, label);
  mark.style.left = `${100 * share}%`;
  if (share > 0.88) mark.classList.add("last");
  return mark;
}

/** One row of cells; `cell(place)` → { grade, way } or null where nothing was recorded. */
export function strip(count, cell, { tall = TALL } = {}) {
  const element = svg("svg", { class: "grid-cells", viewBox: `0 0 ${count} ${tall}`, preserveAspectRatio: "none",
    "aria-hidden": "true" });
  const gap = count > 31 ? 0.08 : 0.14;
  for (let place = 0; place < count; place++) {
    const one = cell(place);
    if (!one) {
      if (count <= 31) element.append(svg("rect", { class: "cell-none", x: place + gap / 2 + 0.08, y: tall / 2 - 1, width: 0.84 - gap, height: 2 }));
      continue;
    }
    const half = one.way ? tall / 2 : tall;
    if (one.way) element.append(box(place, 0, tall, 0, gap));
    element.append(box(place, one.way < 0 ? tall / 2 : 0, half, one.grade, gap));
  }
  return element;
}

const box = (place, y, height, grade, gap) =>
  svg("rect", { class: `cell-${grade}`, x: place + gap / 2, y, width: 1 - gap, height });

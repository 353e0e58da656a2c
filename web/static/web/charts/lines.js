// A card of lines: panels below each other over the same days, read by one cursor.

import { h, put } from "../dom.js";
import { onTheme } from "./ink.js";
import { number, said, worseIs } from "./numbers.js";
import { panel } from "./panel.js";
import { scrubber } from "./scrubber.js";
import { binName } from "./span.js";
import { NOT_RECORDED, table } from "./table.js";
import { NoCharts, plotter } from "./uplot.js";

/**
 * @param title what the card shows
 * @param trends an answer of `GET /api/v1/trends`
 * @param names which of its series, from top to bottom
 * @param colours the name of a custom property for each
 * @param signal aborts when the screen is left
 */
export async function lines({ title, trends, names, colours, height = 132, more = [], signal }) {
  const { dates, bin } = trends;
  const below = more.filter(Boolean);
  const all = names.map((name) => [name, trends.series[name]]);
  const day = h("p", { class: "chart-day" });
  const readings = all.map(([name, series]) => reading(name, series, colours[name]));
  const numbers = tableOf(title, trends, all);
  const card = h("section", { class: "card chart", "aria-label": title },
    h("div", { class: "heading" }, h("h2", {}, title), day));

  let uPlot;
  try {
    uPlot = await plotter();
  } catch (error) {
    if (!(error instanceof NoCharts)) throw error;
    numbers.open = true;
    card.append(h("p", { class: "notice" }, "The charts could not be loaded here. These are the numbers."),
      ...below, numbers);
    return card;
  }

  const panels = all.map(([name, series], at) =>
    panel(uPlot, {
      series, dates, height, colour: colours[name], spans: spansOf(trends), bars: bin !== "day",
      axis: at === all.length - 1,
    }));
  const says = (place) => [binName(dates[place], bin), ...all.map(([name, series]) =>
    `${series.label} ${valueSaid(name, series, place) ?? NOT_RECORDED}`)].join(", ");
  const cursor = scrubber({
    label: `${title}, ${bin} by ${bin}`, count: dates.length, says,
    onMove(place) {
      day.textContent = binName(dates[place], bin);
      readings.forEach((each) => each.show(place));
      panels.forEach((each) => each.mark(place));
    },
  });
  card.append(
    ...panels.flatMap((each, at) => [readings[at].element, each.element]),
    cursor.element, ...below, numbers);
  panels.forEach((each) => each.onPlace(cursor.move));
  cursor.move(Math.max(...all.map(([, { value }]) => value.findLastIndex((each) => each !== null)), 0));

  const sizes = new ResizeObserver(() => panels.forEach((each) => each.fit()));
  sizes.observe(card);
  onTheme(() => panels.forEach((each) => each.redraw()), signal);
  signal.addEventListener("abort", () => {
    sizes.disconnect();
    panels.forEach((each) => each.end());
  });
  return card;
}

/** The line above a panel: what it shows, which way is worse, and what the chosen day has. */
function reading(name, series, colour) {
  const value = h("span", { class: "reading-value" });
  const mean = h("span", { class: "reading-mean" });
  const worse = worseIs(series.worse);
  const element = h("div", { class: "reading" },
    h("span", { class: "reading-name", "data-colour": colour }, series.label),
    worse && h("span", { class: "reading-worse" }, worse), value, mean);
  return {
    element,
    show(place) {
      const words = valueSaid(name, series, place);
      put(value, words ?? NOT_RECORDED);
      value.toggleAttribute("data-recorded", words !== null);
      mean.textContent = meanSaid(name, series, place);
    },
  };
}

function valueSaid(name, series, place) {
  const value = series.value[place];
  return value === null ? null : said(name, series.unit, value);
}

/** The fortnight's mean, never without how many of its days were answered; and the usual. */
function meanSaid(name, { unit, fortnight, usual }, place) {
  const mean = fortnight.mean[place];
  return [
    mean === null ? "two weeks: nothing recorded"
      : `two weeks ${said(name, unit, mean)} (${fortnight.answered[place]} of 14 days)`,
    usual && `usual ${said(name, unit, usual.mean)}`,
  ].filter(Boolean).join(" · ");
}

/** Where a pattern was open, as places of the chart. */
function spansOf({ dates, to, patterns }) {
  const place = (date) => {
    const after = dates.findIndex((each) => each > date);
    return after < 0 ? dates.length - 1 : after - 1;
  };
  return patterns
    .map(({ opened_on: opened, closed_on: closed }) => ({ first: Math.max(place(opened), 0), last: place(closed ?? to) }))
    .filter(({ last }) => last >= 0);
}

function tableOf(title, { dates, bin }, all) {
  const head = [bin === "day" ? "Day" : bin === "week" ? "Week" : "Month",
    ...all.flatMap(([, series]) => [series.label, "Two-week mean", "Days answered"])];
  return table({
    caption: `${title}, newest first`,
    head,
    rows: () => dates.map((date, place) => [binName(date, bin), ...all.flatMap(([name, series]) => [
      valueSaid(name, series, place) ?? NOT_RECORDED,
      series.fortnight.mean[place] === null ? "–" : said(name, series.unit, series.fortnight.mean[place]),
      `${number(series.fortnight.answered[place])} of 14`,
    ])]).reverse(),
  });
}

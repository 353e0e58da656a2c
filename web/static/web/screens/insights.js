// What goes with what: found, not found, or not enough days yet. Never a cause.

import { h } from "../dom.js";
import { vocabulary } from "../me.js";
import { asOf, seen } from "../seen.js";
import { empty } from "../states.js";
import { interval, progress } from "../charts/interval.js";

export const title = "What goes with what";

export async function show(place, { signal }) {
  const [found, { measures, activity_kinds: kinds }] = await Promise.all([
    seen("insights", "insights", { signal }), vocabulary(),
  ]);
  const label = Object.fromEntries([...measures, ...kinds].map(({ name, label: words }) => [name, words]));
  const all = [
    ...found.answer.items.map((link) => ({ ...link, kind: "link",
      title: `${label[link.from]} and ${link.lag_days ? "next day’s " : ""}${label[link.to].toLowerCase()}`,
      had: link.pairs, of: link.needed, estimate: link.effect, span: 1, of_what: label[link.to],
      where: `with more ${label[link.from].toLowerCase()}` })),
    ...found.answer.activities.map((one) => ({ ...one, title: `${label[one.kind] ?? one.kind} and ${label[one.measure].toLowerCase()}`,
      had: Math.min(one.days_with, one.days_without), of: one.needed, estimate: one.difference, span: 4, of_what: label[one.measure],
      where: "on days with it" })),
  ];
  const those = (status) => all.filter((one) => one.status === status);
  place.append(
    h("h1", {}, title),
    asOf(found) || "",
    h("p", { class: "quiet-text" }, "Things that went together in your own days. That they go together does not say that one makes the other."),
    group("Clear", those("clear"), clear),
    group("Nothing clear", those("nothing_clear"), (one) => line(one)),
    group("Not enough days yet", those("not_yet"), (one) => line(one, progress(one.had, one.of))));
  if (!all.length) place.append(empty("Nothing to compare yet", h("p", {}, "This begins when a few things were recorded on the same days.")));
}

const group = (heading, items, draw) =>
  items.length ? h("section", {}, h("h2", {}, heading), h("ul", { class: "rows" }, items.map(draw))) : "";

const clear = (one) =>
  h("li", { class: "insight" }, h("h3", {}, one.title), h("p", {}, one.summary), interval(one));

const line = (one, more) =>
  h("li", { class: "insight" }, h("h3", {}, one.title), h("p", { class: "hint" }, one.summary), more);


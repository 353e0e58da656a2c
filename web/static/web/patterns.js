// What patterns look like: the days behind them, and what is said where none is open.

import { shortDay, wholeDate } from "./dates.js";
import { h, svg } from "./dom.js";
import { strip } from "./charts/grid.js";
import { number } from "./charts/numbers.js";
import { cellOf } from "./charts/symptoms.js";

export const NAMES = {
  symptom_pattern: "Several symptoms on most days",
  pain_mood_worsening: "Pain and mood both worse",
};

const TALL = 64;
const COLUMN = 10;

/** The fourteen days of a pattern's evidence, a row for each thing that was looked at. */
export function evidence({ kind, evidence: found, window }, symptoms) {
  const rows = kind === "symptom_pattern" ? symptomRows(found, symptoms) : legRows(found);
  return h("figure", { class: "evidence" }, rows,
    h("figcaption", { class: "evidence-days" },
      h("span", {}, shortDay(window.from)), h("span", {}, "14 days"), h("span", {}, shortDay(window.to))));
}

function symptomRows({ symptoms: found }, symptoms) {
  const known = symptoms.filter(({ name }) => found[name]);
  const there = known.filter(({ name }) => found[name].present > 0)
    .sort((one, other) => found[other.name].present - found[one.name].present);
  const rest = known.filter((symptom) => !there.includes(symptom));
  return [
    ...there.map((symptom) => {
      const { present, answered, days } = found[symptom.name];
      const words = `on ${present} of ${answered}`;
      return h("div", { class: "evidence-row" },
        h("span", { class: "evidence-name" }, symptom.label), h("span", { class: "evidence-said" }, words),
        strip(days.length, (place) => cellOf(symptom, days[place].value)),
        daysSaid(days, (value) => Math.abs(value) >= 2 ? "there" : "not there, or less"));
    }),
    rest.length > 0 && h("p", { class: "hint" }, `Not there for most of any of these days: ${rest.map(({ label }) => label.toLowerCase()).join(", ")}.`),
  ];
}

const LEGS = [["pain", "Pain", "higher is worse"], ["mood", "Mood", "lower is worse"]];

const legRows = (found) => LEGS.map(([name, label, worse]) => {
  const { usual, recent, answered, days } = found[name];
  return h("div", { class: "evidence-row leg", "data-leg": name },
    h("span", { class: "evidence-name" }, label, h("span", { class: "hint" }, ` ${worse}`)),
    h("span", { class: "evidence-said" }, `${number(recent)} on average, usual ${number(usual)}`),
    dots(days, usual),
    h("span", { class: "hint evidence-answered" }, `${answered} of 14 days answered`),
    daysSaid(days, number));
});

/** Fourteen days as dots over the line of the usual; a day that was not recorded leaves its place empty. */
function dots(days, usual) {
  const y = (value) => TALL - 6 - (value / 10) * (TALL - 12);
  const x = (place) => place * COLUMN + COLUMN / 2;
  const width = days.length * COLUMN;
  const drawing = svg("svg", { class: "dots", viewBox: `0 0 ${width} ${TALL}`, preserveAspectRatio: "none", "aria-hidden": "true" },
    svg("line", { class: "usual", x1: 0, x2: width, y1: y(usual), y2: y(usual) }));
  days.forEach(({ value }, place) => {
    if (value === null) return;
    drawing.append(svg("line", { class: "stem", x1: x(place), x2: x(place), y1: y(usual), y2: y(value) }),
      svg("line", { class: "head", x1: x(place), x2: x(place), y1: y(value), y2: y(value) }));
  });
  return drawing;
}

/** The same for who listens. */
const daysSaid = (days, says) =>
  h("p", { class: "unseen" }, days.map(({ date, value }) =>
    `${wholeDate(date)}: ${value === null ? "not recorded" : says(value)}.`).join(" "));

/** What can be said of today where a pattern is not open: never that all is well. */
export function stateSaid(kind, state) {
  const symptom = kind === "symptom_pattern";
  const answered = `${state.answered} of the last ${state.of} days answered.`;
  switch (state.status) {
    case "learning":
      return symptom
        ? ["Too early to say", `This takes two weeks of entries. ${answered}`]
        : ["Too early to say", `Your usual is not known yet: ${state.usual_answered} of the ${state.needed} days that it takes. ${answered}`];
    case "insufficient":
      return ["Too few days to say", `There are too few answers for this. ${answered}`];
    case "unclear":
      return ["Left open", [symptom ? "Your entries leave open whether several symptoms last."
        : "Your entries leave open whether pain and mood got worse together.",
      state.at_limit?.includes("pain") && "Pain is so high already that more could not be seen.",
      state.at_limit?.includes("mood") && "Mood is so low already that less could not be seen.",
      answered].filter(Boolean).join(" ")];
    case "paused":
      return ["Paused", `This was seen, and there are too few answers since to say more. That does not mean that it has passed. ${answered}`];
    case "open":
      return ["Open", answered];
    default:
      return ["Not seen", `Your entries do not show this; that does not mean that nothing is wrong. ${answered}`];
  }
}

/** Since when, till when, and how it ended. */
export function lasted({ status, opened_on: opened, closed_on: closed }) {
  if (status === "withdrawn") return "No longer seen";
  return closed ? `${shortDay(opened)} – ${shortDay(closed)}` : `Open since ${shortDay(opened)}`;
}

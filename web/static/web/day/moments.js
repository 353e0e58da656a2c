// Check-ins within a day: the same scales at a time. Where the day itself has no value, it takes the
// mean of these.

import { instantAt, instantNow, timeOf } from "../dates.js";
import { erase, newId, recordsBetween, write } from "../diary.js";
import { h } from "../dom.js";
import { textInput } from "../forms.js";
import { cards } from "./cards.js";
import { fold } from "./fold.js";
import { scaleOf } from "./scales.js";

const ASKED = ["pain", "mood", "energy", "worry"];

/** The check-ins of a stretch of days, earliest first. */
export const momentsBetween = async (from, to) =>
  (await recordsBetween("moments", from, to))
    .sort((one, other) => Date.parse(one.at) - Date.parse(other.at));

export function moments({ date, isToday, measures, found }) {
  const list = cards((moment) => card(moment, date, measures));
  const add = () => write("moments", newId(), {
    date, at: isToday ? instantNow() : instantAt(date, "12:00"),
  });
  const { element, say } = fold("Check-ins", [
    h("p", { class: "hint" }, "How it is at one time of the day. As many as you like."),
    list.element,
    h("button", { type: "button", class: "button quiet", onclick: add }, isToday ? "Check in now" : "Add a check-in"),
  ]);
  const set = (next) => {
    list.set(next);
    say(next.length ? next.map(({ at }) => timeOf(at)).join(", ") : "none");
  };
  set(found);
  return { element, set };
}

function card(moment, date, measures) {
  const { id } = moment;
  const record = (set) => write("moments", id, set);
  const time = textInput({ type: "time", required: true, "aria-label": "Time", value: timeOf(moment.at),
    onchange: () => time.value && record({ at: instantAt(moment.at.slice(0, 10), time.value) }) });
  const wanted = measures.filter(({ name }) => ASKED.includes(name) || (moment[name] ?? null) !== null);
  const scales = wanted.map((measure) =>
    scaleOf({ ...measure, help: null }, moment[measure.name], (value) => record({ [measure.name]: value })));
  const element = h("section", { class: "card", "aria-label": `Check-in at ${timeOf(moment.at)}` },
    h("div", { class: "heading" }, time,
      h("button", { type: "button", class: "button plain", onclick: () => erase("moments", id) }, "Remove")),
    scales.map((scale) => scale.element));
  return {
    element,
    set(next) {
      if (document.activeElement !== time) time.value = timeOf(next.at);
      for (const scale of scales) scale.set(next[scale.name] ?? null);
    },
  };
}

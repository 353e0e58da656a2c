// What was done on a day. A kind that is touched is kept at once; the rest can be said later or never.

import { choices } from "../choices.js";
import { erase, newId, recordsBetween, write } from "../diary.js";
import { freshId, h } from "../dom.js";
import { field, textInput } from "../forms.js";
import { slider } from "../slider.js";
import { cards } from "./cards.js";
import { fold } from "./fold.js";

export const activitiesOn = (date) => recordsBetween("activities", date, date);

export function activities({ date, kinds, found }) {
  const labels = new Map(kinds.map(({ name, label }) => [name, label]));
  const add = (kind) => write("activities", newId(), { date, kind });
  const own = textInput({ maxlength: 40, autocomplete: "off" });
  const addOwn = (event) => {
    event.preventDefault();
    if (own.value.trim()) add(own.value.trim());
    own.value = "";
  };
  const list = cards((activity) => card(activity, labels));
  const { element, say } = fold("What you did", [
    list.element,
    h("div", {}, h("p", { class: "hint" }, "Touch to add."),
      h("div", { class: "choices-row" }, kinds.map(({ name, label }) =>
        h("button", { type: "button", class: "button quiet", onclick: () => add(name) }, label)))),
    h("form", { class: "add-own", onsubmit: addOwn },
      field("Something else", own), h("button", { class: "button quiet" }, "Add")),
  ]);
  const set = (next) => {
    list.set(next);
    say(next.length ? next.map(({ kind }) => labels.get(kind) ?? kind).join(", ") : "not recorded");
  };
  set(found);
  return { element, set };
}

function card(activity, labels) {
  const { id } = activity;
  const name = labels.get(activity.kind) ?? activity.kind;
  const record = (set) => write("activities", id, set);
  const minutes = textInput({ id: freshId("minutes"), type: "number", inputmode: "numeric", min: 0, max: 1440, step: 1,
    value: activity.minutes ?? "",
    onchange: () => minutes.checkValidity() && record({ minutes: minutes.value === "" ? null : Number(minutes.value) }) });
  const scale = (key, label) =>
    slider({ label, low: 0, high: 10, step: 0.5, value: activity[key] ?? null, onRecord: (value) => record({ [key]: value }) });
  const parts = {
    enjoyment: scale("enjoyment", "Enjoyed it"),
    limited_by_pain: scale("limited_by_pain", "Held back by pain"),
    with_others: choices({ title: "Who with", value: activity.with_others ?? null,
      options: [{ value: true, label: "With others" }, { value: false, label: "Alone" }],
      onChoose: (value) => record({ with_others: value }) }),
  };
  const element = h("section", { class: "card", "aria-label": name },
    h("div", { class: "heading" }, h("h3", {}, name),
      h("button", { type: "button", class: "button plain", onclick: () => erase("activities", id) }, "Remove")),
    h("div", { class: "minutes" }, h("label", { for: minutes.id }, "Minutes"), minutes),
    Object.values(parts).map((part) => part.element));
  return {
    element,
    set(next) {
      if (document.activeElement !== minutes) minutes.value = next.minutes ?? "";
      for (const [key, part] of Object.entries(parts)) part.set(next[key] ?? null);
    },
  };
}

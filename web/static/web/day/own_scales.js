// Scales of the person's own, beside those that everybody has.

import { choices } from "../choices.js";
import { recordsOf } from "../diary.js";
import { freshId, h, put } from "../dom.js";
import { textInput } from "../forms.js";
import { slider } from "../slider.js";
import { countOf, fold } from "./fold.js";

export const ownScales = async () => (await recordsOf("trackers")).filter((each) => !each.archived);

export function ownPart({ day, trackers, record }) {
  const place = h("div", { class: "scales" });
  const { element, say } = fold("Your own scales", [
    place, h("p", {}, h("a", { href: "#/yours" }, "Add or change your own scales")),
  ]);
  let parts = [];
  let drawn = null;
  function set(next, now) {
    const text = JSON.stringify(now.map(({ rev, ...shape }) => shape));
    if (text !== drawn) {
      drawn = text;
      parts = now.map((tracker) => ({ id: tracker.id, ...control(tracker, next.trackers?.[tracker.id] ?? null,
        (value) => record({ trackers: { [tracker.id]: value } })) }));
      put(place, parts.map((part) => part.element));
    }
    for (const part of parts) part.set(next.trackers?.[part.id] ?? null);
    say(now.length ? countOf(now.map(({ id }) => next.trackers?.[id])) : "none yet");
  }
  set(day, trackers);
  return { element, set };
}

function control({ name, kind, low, high, step, unit }, value, onRecord) {
  if (kind === "yes_no") {
    return choices({ title: name, value,
      options: [{ value: 1, label: "Yes" }, { value: 0, label: "No" }], onChoose: onRecord });
  }
  if (kind === "scale") {
    const whole = step ?? 1;
    return slider({ label: name, help: unit, low: low ?? 0, high: high ?? 10, step: whole, value, onRecord });
  }
  const input = textInput({ id: freshId("own"), type: "number", inputmode: "decimal", min: low, max: high, step: step ?? "any",
    value: value ?? "",
    onchange: () => input.checkValidity() && onRecord(input.value === "" ? null : Number(input.value)) });
  return {
    element: h("div", { class: "minutes" }, h("label", { for: input.id }, unit ? `${name} (${unit})` : name), input),
    set: (next) => document.activeElement !== input && (input.value = next ?? ""),
  };
}

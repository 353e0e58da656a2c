// One of a few, or none: a group of radio buttons that starts empty, and where the chosen one can be
// let go of by touching it again.

import { freshId, h } from "./dom.js";

/**
 * @param title what is asked; `help` is said below it
 * @param options [{ value, label, short }]: `short` is what the button says where there is no room
 * @param segments one bar instead of separate buttons
 * @param onChoose called with a value, or null when the choice was let go
 */
export function choices({ title, help, options, segments = false, value = null, onChoose }) {
  const name = freshId("choice");
  let chosen = value;
  const said = h("output", { class: "choices-said" });
  const inputs = options.map((option) =>
    h("input", { type: "radio", name, "aria-label": option.short ? option.label : null,
      onclick: () => choose(chosen === option.value ? null : option.value),
      onkeydown: (event) => {
        if (event.key !== "Delete" && event.key !== "Backspace") return;
        event.preventDefault();
        choose(null);
      } }));
  const element = h("fieldset", { class: "choices", "aria-describedby": help && `${name}-help` },
    h("legend", { class: "unseen" }, title),
    h("div", { class: "choices-head" },
      h("span", { class: "choices-title", "aria-hidden": "true" }, title), said),
    help && h("p", { class: "hint", id: `${name}-help` }, help),
    h("div", { class: segments ? "choices-row segments" : "choices-row" },
      options.map((option, place) =>
        h("label", { class: "choice" }, inputs[place],
          h("span", { "aria-hidden": option.short ? "true" : null }, option.short ?? option.label)))));

  function draw() {
    options.forEach((option, place) => (inputs[place].checked = option.value === chosen));
    const label = options.find((option) => option.value === chosen)?.label;
    said.textContent = label ?? "not recorded";
    element.toggleAttribute("data-recorded", chosen !== null);
  }

  function choose(next) {
    chosen = next;
    draw();
    onChoose(chosen);
  }

  draw();
  return {
    element,
    set(next) {
      if (next === chosen) return;
      chosen = next;
      draw();
    },
    get value() {
      return chosen;
    },
  };
}

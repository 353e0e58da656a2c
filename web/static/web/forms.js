// A form that says at its field what is wrong, and cannot be sent twice.

import { freshId, h } from "./dom.js";

export function field(label, input, hint) {
  input.id ||= freshId("field");
  if (hint) input.setAttribute("aria-describedby", `${input.id}-hint`);
  return h("div", { class: "field" }, h("label", { for: input.id }, label), input,
    hint && h("p", { class: "hint", id: `${input.id}-hint` }, hint));
}

export const textInput = (properties) => h("input", { class: "input", type: "text", ...properties });

export const emailInput = (value = "") =>
  textInput({ type: "email", name: "email", autocomplete: "username webauthn", inputmode: "email", required: true, value });

export const passwordInput = (fresh = false) =>
  textInput({ type: "password", name: "password", required: true,
    autocomplete: fresh ? "new-password" : "current-password" });

export const codeInput = () =>
  textInput({ class: "input code", name: "code", required: true, autocomplete: "one-time-code",
    autocapitalize: "characters", spellcheck: "false" });

export const check = (label, checked, onChange) =>
  h("label", { class: "switch" },
    h("input", { type: "checkbox", checked, onchange: (event) => onChange(event.target.checked, event.target) }),
    h("span", {}, label));

/** @param onSend does it; what it throws, or the text it returns, is shown above the button */
export function form({ fields, send, after, onSend, care = false }) {
  const said = h("p", { class: "error", role: "alert", hidden: true });
  const button = h("button", { class: care ? "button care" : "button" }, send);
  const element = h("form", { class: "form" }, fields, said, h("div", { class: "buttons" }, button, after));
  element.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.disabled) return;
    button.disabled = true;
    said.hidden = true;
    try {
      const trouble = await onSend(new FormData(element));
      if (trouble) say(trouble);
    } catch (error) {
      say(error.message);
    } finally {
      button.disabled = false;
    }
  });
  function say(words) {
    said.textContent = words;
    said.hidden = false;
  }
  return element;
}

// A part of the day behind one tap, with a few words of what it holds.

import { h } from "../dom.js";

export function fold(title, inside, said = "") {
  const words = h("span", { class: "fold-said" }, said);
  const element = h("details", { class: "fold" },
    h("summary", {}, h("span", {}, title), words), h("div", { class: "fold-inside" }, inside));
  return { element, say: (next) => (words.textContent = next) };
}

/** "not recorded", "3 of 9". */
export const countOf = (values) => {
  const recorded = values.filter((value) => value !== null && value !== undefined).length;
  return recorded ? `${recorded} of ${values.length}` : "not recorded";
};

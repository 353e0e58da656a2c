// The numbers of a chart as a table, made when it is opened.

import { h, put } from "../dom.js";

/**
 * @param caption what the table holds
 * @param head the names of the columns
 * @param rows () → rows of texts; the first text of each is its heading
 */
export function table({ caption, head, rows, open = false }) {
  const inside = h("div", { class: "table-wrap", tabindex: "0", role: "region", "aria-label": caption });
  const element = h("details", { class: "numbers" }, h("summary", {}, "Numbers"), inside);
  let drawn = false;
  const draw = () => {
    if (drawn || !element.open) return;
    drawn = true;
    put(inside, h("table", {}, h("caption", { class: "unseen" }, caption),
      h("thead", {}, h("tr", {}, head.map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, rows().map(([first, ...rest]) =>
        h("tr", {}, h("th", { scope: "row" }, first), rest.map((text) => h("td", {}, text)))))));
  };
  element.addEventListener("toggle", draw);
  if (open) element.open = true;
  draw();
  return element;
}

export const NOT_RECORDED = "not recorded";

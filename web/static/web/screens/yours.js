// Scales of one's own: made, renamed, put away.

import { newId, onDiary, recordsOf, write } from "../diary.js";
import { h, put } from "../dom.js";
import { field, form, textInput } from "../forms.js";
import { empty } from "../states.js";

export const title = "Your own scales";

const KINDS = [["scale", "0 to 10"], ["yes_no", "Yes or no"], ["number", "A number"]];
const WORSE = [["0", "Neither"], ["1", "More is worse"], ["-1", "Less is worse"]];

export async function show(place, { signal }) {
  const list = h("div", { class: "form" });
  const draw = async () => {
    const all = await recordsOf("trackers");
    const used = all.filter((each) => !each.archived);
    const away = all.filter((each) => each.archived);
    put(list,
      used.length ? rows(used, "Put away", true)
        : empty("None yet", h("p", {}, "A scale of your own can be anything: cups of coffee, screen time, how your knee bends.")),
      away.length > 0 && h("h2", {}, "Put away"),
      away.length > 0 && rows(away, "Use again", false));
  };
  await draw();
  place.append(h("h1", {}, title),
    h("p", { class: "quiet-text" }, "They stand at the end of each day, and have charts like the others."),
    list, h("section", { class: "card" }, h("h2", {}, "Add one"), adding()));
  onDiary(draw, { signal });
}

const rows = (trackers, word, archived) =>
  h("ul", { class: "rows" }, trackers.map(({ id, name, kind, unit }) =>
    h("li", { class: "row" },
      h("span", {}, name, h("span", { class: "hint" }, [KINDS.find(([key]) => key === kind)?.[1], unit].filter(Boolean).join(", "))),
      h("button", { type: "button", class: "button quiet", "aria-label": `${word}: ${name}`,
        onclick: () => write("trackers", id, { archived }) }, word))));

function adding() {
  const select = (name, options) =>
    h("select", { class: "input", name }, options.map(([value, label]) => h("option", { value }, label)));
  const element = form({
    fields: [
      field("Name", textInput({ name: "name", required: true, maxlength: 60, autocomplete: "off" })),
      field("What it is", select("kind", KINDS)),
      field("Which way is worse", select("worse", WORSE)),
      field("Unit", textInput({ name: "unit", maxlength: 60, autocomplete: "off" }), "For a number: cups, minutes. May stay empty."),
    ],
    send: "Add",
    onSend: async (sent) => {
      const unit = sent.get("unit").trim();
      await write("trackers", newId(), {
        name: sent.get("name").trim(), kind: sent.get("kind"), worse: Number(sent.get("worse")), ...(unit && { unit }),
      });
      element.reset();
    },
  });
  return element;
}

// What the server would not take: why, and what to do about it. Nothing of it is lost until the
// person says so.

import { wholeDate } from "../dates.js";
import { insist, onDiary, record, refusedHere, tryAgain, unsaved, yieldTo } from "../diary.js";
import { h, put } from "../dom.js";
import { vocabulary } from "../me.js";
import { empty } from "../states.js";

export const title = "Not saved";

export async function show(place, { signal }) {
  const list = h("div", { class: "cards" });
  const labels = await labelsOf();
  const draw = async () => {
    const { troubles } = await unsaved();
    const cards = await Promise.all(troubles.map(async (each) =>
      card(each, await record(each.collection, each.id), labels)));
    if (refusedHere()) cards.unshift(notKept());
    put(list, cards.length ? cards : empty("All is saved", h("p", {}, h("a", { href: "#/today" }, "Go to today"))));
  };
  await draw();
  place.append(h("h1", {}, title), list);
  onDiary(draw, { signal });
}

const notKept = () =>
  h("section", { class: "card", "aria-label": "Not kept on this device" },
    h("h2", {}, "Not kept on this device"),
    h("p", {}, "What you wrote last is in this page only: the device would not store it. Leave the page open. "
      + "It may help to free some space, or to use a window that is not private. It is tried again by itself."),
    h("div", { class: "buttons" }, h("button", { type: "button", class: "button quiet", onclick: tryAgain }, "Try again")));

async function labelsOf() {
  const { measures, symptoms } = await vocabulary();
  return new Map([...measures, ...symptoms].map(({ name, label }) => [name, label]));
}

const KIND = { activities: "Something you did", moments: "A check-in", trackers: "A scale of your own", answers: "A questionnaire" };

function card(change, now, labels) {
  const { collection, id, trouble } = change;
  const heading = collection === "entries" ? wholeDate(id) : KIND[collection] ?? collection;
  const conflict = trouble.kind === "conflict" || trouble.fields?.length > 0;
  const said = [
    conflict && "This was also changed on another device. Which one holds?",
    (trouble.problem || !conflict) && reasonOf(trouble.problem),
  ].filter(Boolean).join(" ");
  const fields = Object.entries(trouble.set ?? {}).filter(([name]) => !["edited_at", "time_zone"].includes(name));
  return h("section", { class: "card", "aria-label": heading },
    h("h2", {}, heading),
    h("p", {}, said),
    trouble.remove && h("p", {}, "You deleted it here."),
    fields.length > 0 && h("table", { class: "both" },
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, h("span", { class: "unseen" }, "What")),
        h("th", { scope: "col" }, "Here"), conflict && h("th", { scope: "col" }, "On the server"))),
      h("tbody", {}, fields.map(([name, value]) => h("tr", {}, h("th", { scope: "row" }, labels.get(name) ?? name.replaceAll("_", " ")),
        h("td", {}, told(value)), conflict && h("td", {}, told(now?.[name])))))),
    h("div", { class: "buttons" },
      h("button", { type: "button", class: "button quiet", onclick: () => insist(change) }, conflict ? "Keep mine" : "Try again"),
      h("button", { type: "button", class: "button plain", onclick: () => yieldTo(change) }, conflict ? "Keep the other" : "Let it go"),
      collection === "entries" && h("a", { class: "button plain", href: `#/day/${id}` }, "Open the day")));
}

const reasonOf = (problem) =>
  (problem?.errors ?? []).map((each) => each.detail).filter(Boolean).join(" ")
  || problem?.detail || "The server did not say why.";

/** A value in words; a list or a set of values by what is in it. */
function told(value) {
  if (value === null || value === undefined) return "not recorded";
  if (Array.isArray(value)) return value.map((each) => told(each)).join(", ");
  if (typeof value !== "object") return String(value).replaceAll("_", " ");
  const said = [value.side, value.site, value.intensity].filter((each) => (each ?? null) !== null);
  return (said.length ? said : Object.values(value)).map(told).join(" ");
}

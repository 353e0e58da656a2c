// Where it hurts: a figure to touch, a list of the same places, and a few words on each that is chosen.

import { h, put } from "../dom.js";
import { choices } from "../choices.js";
import { slider } from "../slider.js";
import { bodyMap } from "./body_map.js";
import { fold } from "./fold.js";
import { changed, covers, placeName, toggled } from "./places.js";

export function painSites({ day, vocabulary, record }) {
  const labels = new Map(vocabulary.pain_sites.map(({ site, label }) => [site, label]));
  const sided = new Set(vocabulary.pain_sites.filter((each) => each.sided).map(({ site }) => site));
  let sites = day.pain_sites ?? [];

  const keepThese = (next) => {
    show(next);
    record({ pain_sites: next.length ? next : null });
  };
  const touch = (site, side) => keepThese(toggled(sites, site, side));
  const map = bodyMap({ sites, sided, onTouch: touch });
  const list = placeList(vocabulary.pain_sites, touch);
  const chosen = h("div", { class: "chosen-places" });
  const { element, say } = fold("Where it hurts", [
    h("p", { class: "hint" }, "Touch what hurts. Touch it again to take it back."),
    map.element,
    h("details", { class: "place-list" }, h("summary", {}, "Choose from a list"), list.element),
    chosen,
  ]);

  const change = (place, set) => keepThese(changed(sites, place, set));
  let drawn = null;

  function show(next) {
    sites = next;
    map.set(sites);
    list.set(sites);
    say(sites.length ? sites.map((each) => placeName(each, labels)).join("; ") : "not recorded");
    const text = JSON.stringify(sites.map(({ site, side }) => [site, side]));
    if (text === drawn) return;
    drawn = text; // the cards stay as they are while only their values change
    put(chosen, sites.map((place) => card(place.site, place.side)));
  }

  const find = (site, side) => sites.find((each) => each.site === site && each.side === side);

  function card(site, side) {
    const name = placeName({ site, side }, labels);
    const { intensity, qualities } = find(site, side);
    return h("section", { class: "card", "aria-label": name },
      h("div", { class: "heading" }, h("h3", {}, name),
        h("button", { type: "button", class: "button plain",
          onclick: () => keepThese(sites.filter((each) => each !== find(site, side))) }, "Remove")),
      slider({ label: "How strong", low: 0, high: 10, step: 0.5, value: intensity,
        onRecord: (value) => change(find(site, side), { intensity: value }) }).element,
      qualityBoxes(vocabulary.qualities, qualities ?? [],
        (value) => change(find(site, side), { qualities: value })),
      sided.has(site) && side === null && choices({ title: "Which side",
        options: ["left", "right", "both"].map((value) => ({ value, label: value })),
        onChoose: (value) => change(find(site, side), { side: value }) }).element);
  }

  show(sites);
  return { element, set: (next) => show(next.pain_sites ?? []) };
}

function qualityBoxes(qualities, chosen, onChange) {
  const marked = new Set(chosen);
  return h("fieldset", { class: "choices" }, h("legend", { class: "hint" }, "How it feels"),
    h("div", { class: "choices-row" }, qualities.map(({ name, label }) =>
      h("label", { class: "choice" },
        h("input", { type: "checkbox", checked: marked.has(name), onchange: (event) => {
          if (event.target.checked) marked.add(name);
          else marked.delete(name);
          onChange(qualities.map((each) => each.name).filter((each) => marked.has(each)));
        } }),
        h("span", {}, label)))));
}

function placeList(places, onTouch) {
  const buttons = [];
  const button = (site, side, words, name) => {
    const element = h("button", { type: "button", class: "button quiet", "aria-label": name, onclick: () => onTouch(site, side) }, words);
    buttons.push({ site, side, element });
    return element;
  };
  const element = h("ul", {}, places.map(({ site, label, sided }) =>
    h("li", {}, h("span", {}, label), sided
      ? h("span", {}, button(site, "left", "Left", `${label}, left`), button(site, "right", "Right", `${label}, right`))
      : h("span", {}, button(site, null, "Here", label)))));
  const set = (sites) => {
    for (const { site, side, element: each } of buttons) {
      each.setAttribute("aria-pressed", sites.some((found) => covers(found, site, side)));
    }
  };
  return { element, set };
}

// Help lines: on this device before they are needed, shown without waiting for anything.

import { get } from "./api.js";
import { h, put } from "./dom.js";
import { me } from "./me.js";
import { keep, read } from "./store.js";

const sheet = document.getElementById("sheet");
const inPage = document.getElementById("help-lines"); // what holds anywhere came with the page
const asDelivered = [...inPage.childNodes].map((node) => node.cloneNode(true));
let closedFor = new Set();

/** Fetches the help lines of the person's country and keeps them; without a network, later. */
export async function refreshSupport() {
  const { country } = await me();
  const block = await get(country ? `support?country=${country}` : "support", { token: null });
  await keep("support", block);
  showInHelp(block);
}

/** The kept lines of the person's country, or null. */
const kept = async () => (await read("support")) ?? null;

/** The lines as elements; those that came with the page where no others are kept. */
export function linesOf(block) {
  if (!block) return asDelivered.map((node) => node.cloneNode(true));
  return [
    h("p", { class: "lead" }, block.message),
    h("ul", { class: "lines" }, block.lines.map((line) =>
      h("li", {},
        h("span", { class: "line-name" }, line.name),
        h("a", { class: "phone", href: `tel:${line.phone.replaceAll(" ", "")}` }, line.phone),
        h("span", { class: "line-hours" }, [line.hours, line.note].filter(Boolean).join(". "))))),
    h("p", {}, h("a", { href: block.directory.url, rel: "noreferrer" }, block.directory.name)),
  ];
}

/** Puts the lines on the help page. */
export const showInHelp = (block) => put(inPage, linesOf(block));

export async function prepareHelp() {
  const block = await kept();
  if (block) showInHelp(block);
}

/** An answer spoke of self-harm: the lines that are kept here, at once, network or not. */
export async function helpNow(about) {
  closedFor.delete(about);
  open(about, linesOf(null));
  const block = await kept();
  if (block && sheet.dataset.about === about) open(about, linesOf(block));
}

/** The server sent lines: shown too, unless the person has already closed those of this answer. */
export async function helpFrom(block, about) {
  await keep("support", block);
  showInHelp(block);
  if (about.every((each) => closedFor.has(each))) return;
  open(about[0], linesOf(block));
}

function open(about, lines) {
  sheet.dataset.about = about;
  const close = () => {
    closedFor.add(about);
    put(sheet);
    delete sheet.dataset.about;
  };
  put(sheet, h("section", { class: "sheet", role: "alert", "aria-label": "Help" },
    h("div", { class: "sheet-lines" }, lines),
    h("button", { type: "button", class: "button quiet", onclick: close }, "Close")));
}

/** What the help in an answer to a batch is about: the records of it that spoke of self-harm. */
export const aboutOf = (changes) => {
  const spoke = changes.filter(({ set }) => set?.self_harm_thoughts > 0 || set?.items);
  return (spoke.length ? spoke : changes).map(({ collection, id }) => `${collection} ${id}`);
};

/** Signing out, or another person: nothing of the last one is left on the page. */
export function forgetHelp() {
  closedFor = new Set();
  put(sheet);
  showInHelp(null);
}

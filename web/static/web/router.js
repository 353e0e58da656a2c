// The address behind "#" says which screen is shown; the server never hears of it.

import { h, put } from "./dom.js";
import { SCREENS } from "./screens.js";
import { takeUp } from "./session.js";
import { failure, waiting } from "./states.js";
import { read } from "./store.js";
import { fetched } from "./sync.js";

const main = document.getElementById("main");
let leaving = new AbortController();

/** Shows the screen of the address, now and whenever it changes. */
export function start() {
  addEventListener("hashchange", () => show());
  show();
}

export function go(address) {
  if (location.hash === address) show();
  else location.hash = address;
}

/** The screen that an address names, and what the address says: `#/day/2026-11-22` → [date]. */
export function screenOf(hash) {
  const [name, ...rest] = hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
  return { name: name || "today", rest };
}

export async function show() {
  leaving.abort();
  leaving = new AbortController();
  const { signal } = leaving;
  const { name, rest } = screenOf(location.hash);
  if (name === "main") return; // the link that skips the navigation

  const signedIn = await takeUp();
  if (signal.aborted) return;
  const screen = SCREENS[name];
  if (screen && !screen.open && !signedIn) return go("#/welcome");
  if (screen?.guests && signedIn) return go("#/today");
  document.documentElement.dataset.screen = name;
  document.documentElement.dataset.signedIn = signedIn;
  document.documentElement.classList.toggle("wide", Boolean(screen?.wide));
  mark(name);
  if (!screen) {
    document.title = "Not found · Fortnight";
    put(main, h("div", { class: "letter" }, h("h1", {}, "There is no such page"),
      h("p", {}, h("a", { href: "#/today" }, "Go to today"))));
    return;
  }
  try {
    const module = await screen.load();
    if (screen.diary && !(await read("checkpoint"))) {
      // An empty day would say "not recorded" of what has only not come yet.
      put(main, waiting("Fetching your diary …"));
      await fetched();
    }
    if (signal.aborted) return;
    const place = h("div", { class: `screen screen-${name}` });
    document.title = `${module.title} · Fortnight`;
    await module.show(place, { rest, signal });
    if (signal.aborted) return;
    put(main, place);
    scrollTo(0, 0);
    if (document.activeElement !== document.body) main.focus({ preventScroll: true });
  } catch (error) {
    if (signal.aborted) return;
    put(main, failure(error, show));
  }
}

function mark(name) {
  const tab = SCREENS[name]?.tab ?? name;
  for (const link of document.querySelectorAll("#tabs a")) {
    if (link.dataset.tab === tab) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

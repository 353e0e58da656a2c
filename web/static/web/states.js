// What a screen says when it has nothing to show: waiting, empty, offline, failed.

import { Offline } from "./api.js";
import { h } from "./dom.js";

/** While something is fetched. */
export const waiting = (words = "One moment …") =>
  h("p", { class: "state state-waiting", role: "status" }, words);

/** Nothing is there, and why that is no bad sign. */
export const empty = (title, ...words) =>
  h("div", { class: "state state-empty" }, h("p", { class: "state-title" }, title), ...words);

/** Something could not be shown; `again` is what the button does. */
export function failure(error, again) {
  const offline = error instanceof Offline;
  return h("div", { class: "state state-failed", role: "alert" },
    h("p", { class: "state-title" }, offline ? "You are offline" : "This did not work"),
    h("p", {}, offline
      ? "This page needs a connection. What you write in your diary is kept on this device until then."
      : error.message),
    again && h("button", { type: "button", class: "button quiet", onclick: () => again() }, "Try again"));
}

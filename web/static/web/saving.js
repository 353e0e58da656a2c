// One line at the top that says where what was written is: here only, on its way, or saved.

import { beingWritten, refusedHere, unsaved } from "./diary.js";
import { h, put } from "./dom.js";
import { isSignedIn } from "./session.js";
import { onChange } from "./store.js";
import { syncState } from "./sync.js";

const place = document.getElementById("saving");

export function tellOfSaving() {
  onChange((what) => ["diary", "saving", "session"].includes(what) && refresh());
  // What is in this page alone would go with it: the browser asks first.
  addEventListener("beforeunload", (event) => refusedHere() && event.preventDefault());
  refresh();
}

async function refresh() {
  if (beingWritten()) show(["sending", "Saving …"]); // at once: "Saved" would be of before
  if (!(await isSignedIn())) return put(place);
  const { waiting, troubles } = await unsaved();
  if (refusedHere()) return show(["trouble", "Not kept on this device"]);
  show(said(waiting + beingWritten(), troubles.length, syncState()));
}

function show([mood, words]) {
  if (place.dataset.state === mood && place.textContent === words) return;
  place.dataset.state = mood;
  put(place, mood === "trouble" ? h("a", { href: "#/unsaved" }, words) : h("span", {}, words));
}

/** What to say of so many changes that wait and so many that were not taken. */
export function said(waiting, troubles, state) {
  if (troubles) return ["trouble", troubles === 1 ? "1 change not saved" : `${troubles} changes not saved`];
  if (!waiting) return state === "offline" ? ["offline", "Offline"] : ["saved", "Saved"];
  if (state === "sending") return ["sending", "Saving …"];
  return ["kept", "Kept on this device"];
}

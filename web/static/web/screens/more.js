// Everything that is not the day itself.

import { h } from "../dom.js";
import { account } from "../session.js";
import { signOut } from "./account.js";

export const title = "More";

const LINKS = [
  ["#/reminders", "Reminders", "When, where, and how quietly"],
  ["#/questionnaires", "Questionnaires", "A few questions now and then, and their scores"],
  ["#/insights", "What goes with what", "Sleep, pain, mood, and what you do"],
  ["#/settings", "Settings", "Country, day, look"],
  ["#/account", "Account and devices", "Sign-in, passkeys, who is signed in"],
  ["#/yours", "Your own scales", "Things only you keep track of"],
  ["#/export", "Take your diary with you", "A file of everything"],
  ["#help", "Help", "Numbers to call"],
];

export async function show(place) {
  const { email } = await account();
  place.append(
    h("div", { class: "heading" }, h("h1", {}, "More"), h("p", { class: "quiet-text" }, email)),
    h("ul", { class: "rows" }, LINKS.map(([href, name, what]) =>
      h("li", {}, h("a", { class: "row", href }, h("span", {}, name, h("span", { class: "hint" }, what)))))),
    signOut());
}

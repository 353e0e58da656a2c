// Help came with the page and is shown instead of a screen: here it only gets what is of the person.

import { put, h } from "../dom.js";
import { isSignedIn } from "../session.js";

export const title = "Help";

export async function show() {
  const signedIn = await isSignedIn();
  put(document.getElementById("help-more"),
    h("p", { class: "hint" },
      "Fortnight is a diary. Nobody watches it, and it cannot call anyone for you. "
      + "These numbers stay on this device, also without a network."),
    h("p", {}, signedIn
      ? h("a", { href: "#/settings" }, "Choose your country for its numbers")
      : h("a", { href: "#/welcome" }, "Back")));
  document.getElementById("help").focus({ preventScroll: true });
}

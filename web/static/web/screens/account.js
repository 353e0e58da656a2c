// The account: one page of what there is, and one for each thing that can be changed.

import { account as ask, wrong } from "../accounts.js";
import { Offline, Problem } from "../api.js";
import { h, put } from "../dom.js";
import { removeThisDevice } from "../push.js";
import { account, end } from "../session.js";
import { refusedHere, unsaved } from "../diary.js";
import { now as sync } from "../sync.js";
import { changeEmail } from "../account/email.js";
import { changePassword } from "../account/password.js";
import { authenticatorApp } from "../account/authenticator_app.js";
import { recoveryCodes } from "../account/recovery_codes.js";
import { passkeys } from "../account/passkey_list.js";
import { deleteAccount } from "../account/delete_account.js";
import { sessions } from "../account/sessions.js";

export const title = "Account and devices";

const PAGES = {
  email: ["E-mail address", changeEmail],
  password: ["Password", changePassword],
  app: ["Authenticator app", authenticatorApp],
  codes: ["Recovery codes", recoveryCodes],
  passkeys: ["Passkeys", passkeys],
  sessions: ["Where you are signed in", sessions],
  delete: ["Delete account", deleteAccount],
};

export async function show(place, { rest: [name], signal }) {
  const page = PAGES[name];
  if (!page) return overview(place);
  const [heading, build] = page;
  const inside = h("div", { class: "letter" });
  place.append(
    h("div", {}, h("p", {}, h("a", { href: "#/account", class: "back" }, "Account and devices")), h("h1", {}, heading)),
    inside);
  const redraw = async () => put(inside, await build(redraw, signal));
  await redraw();
}

async function overview(place) {
  const { email } = await account();
  const { status, data, ...answer } = await ask("GET", "account/authenticators");
  if (status !== 200) throw new Error(wrong({ status, ...answer }));
  const count = (type) => data.filter((each) => each.type === type).length;
  const left = data.find(({ type }) => type === "recovery_codes")?.unused_code_count;
  const say = {
    email,
    app: count("totp") ? "on" : "off",
    codes: left === undefined ? "none" : `${left} left`,
    passkeys: count("webauthn") ? String(count("webauthn")) : "none",
  };
  place.append(
    h("h1", {}, title),
    h("ul", { class: "rows" }, Object.entries(PAGES).map(([name, [heading]]) =>
      h("li", {}, h("a", { class: "row", href: `#/account/${name}` },
        h("span", {}, heading), h("span", { class: "fold-said" }, say[name]))))),
    signOut());
}

export function signOut() {
  const said = h("p", { class: "hint", role: "status" },
    "Your diary leaves this device. It stays on the server, for the next time.");
  const button = h("button", { type: "button", class: "button care", onclick: async () => {
    button.disabled = true;
    await sync();
    const { waiting, troubles } = await unsaved();
    const count = waiting + troubles.length + refusedHere();
    if (count && !confirm(`${count === 1 ? "1 change has" : `${count} changes have`} not reached the server and `
      + "would be lost. Sign out all the same?")) {
      button.disabled = false;
      return;
    }
    try {
      await removeThisDevice();
      const answer = await ask("DELETE", "auth/session");
      if (![200, 401, 410].includes(answer.status)) throw new Offline(wrong(answer));
    } catch (error) {
      if (!(error instanceof Offline || error instanceof Problem)) throw error;
      if (!confirm(`${error.message} This device can forget you now, but the server does not know of it yet. To end `
        + "the session there too, use “Where you are signed in” on another device. Sign out?")) {
        button.disabled = false;
        return;
      }
    }
    await end();
  } }, "Sign out");
  return h("section", { class: "form" }, said, h("div", {}, button));
}

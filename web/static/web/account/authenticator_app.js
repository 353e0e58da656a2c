import { account, wrong } from "../accounts.js";
import { confirmed } from "../confirm_identity.js";
import { h } from "../dom.js";
import { codeInput, field, form } from "../forms.js";

const TOTP = "account/authenticators/totp";

/** A second step with an app that shows six digits. */
export async function authenticatorApp(redraw) {
  const answer = await account("GET", TOTP);
  if (answer.status === 200) return whenOn(redraw);
  if (answer.status !== 404) throw new Error(wrong(answer));
  const { secret, totp_url: address } = answer.meta;
  return [
    h("p", {}, "With it, a password alone does not open your diary. Your app then shows six digits, and you type them."),
    h("ol", { class: "steps" },
      h("li", {}, h("p", {}, "On this device: ", h("a", { href: address }, "open it in your app"), ".")),
      h("li", {}, h("p", {}, "On another: type this key into the app."),
        h("code", { class: "secret" }, secret.replace(/(.{4})(?=.)/g, "$1 "))),
      h("li", {}, h("p", {}, "Type what the app shows now."))),
    form({
      fields: [field("Six digits", codeInput())],
      send: "Switch it on",
      onSend: async (sent) => {
        const on = await confirmed(() => account("POST", TOTP, { code: sent.get("code").replaceAll(" ", "") }));
        if (on === null) return "Nothing was changed.";
        return on.status === 200 ? redraw() : wrong(on);
      },
    }),
  ];
}

function whenOn(redraw) {
  const said = h("p", { class: "error", role: "alert" });
  return [
    h("p", { class: "notice" }, "It is on. When you sign in, you are asked for six digits."),
    h("p", {}, "Keep your ", h("a", { href: "#/account/codes" }, "recovery codes"),
      " somewhere safe: with them you get in when the phone is lost."),
    h("div", {}, h("button", { type: "button", class: "button care", onclick: async () => {
      const off = await confirmed(() => account("DELETE", TOTP));
      if (off?.status === 200) return redraw();
      if (off) said.textContent = wrong(off);
    } }, "Switch it off")),
    said,
  ];
}

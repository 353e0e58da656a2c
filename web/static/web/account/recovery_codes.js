import { account, wrong } from "../accounts.js";
import { confirmed } from "../confirm_identity.js";
import { h } from "../dom.js";

const CODES = "account/authenticators/recovery-codes";

/** Codes that each open the account once, instead of the second step. */
export async function recoveryCodes(redraw) {
  const answer = await confirmed(() => account("GET", CODES));
  if (answer === null) {
    return [
      h("p", {}, "They are shown only after you have said who you are."),
      h("div", {}, h("button", { type: "button", class: "button", onclick: redraw }, "Show them")),
    ];
  }
  if (answer.status !== 200 && answer.status !== 404) throw new Error(wrong(answer));
  const codes = answer.status === 200 ? answer.data.unused_codes ?? [] : null;
  const said = h("p", { class: "error", role: "alert" });
  const make = async () => {
    if (codes?.length && !confirm("The codes that you have now will no longer work. Go on?")) return;
    const made = await confirmed(() => account("POST", CODES));
    if (made?.status === 200) return redraw();
    if (made) said.textContent = wrong(made);
  };
  return [
    h("p", {}, "Each opens your account once, when the phone with your app or passkey is lost. Write them on paper."),
    codes === null
      ? h("p", { class: "quiet-text" }, "There are none yet. They come with an authenticator app or a passkey.")
      : h("ul", { class: "codes" }, codes.map((code) => h("li", {}, h("code", {}, code)))),
    h("div", {}, h("button", { type: "button", class: "button quiet", onclick: make },
      codes === null ? "Make recovery codes" : "Make new ones")),
    said,
  ];
}

import { account, wrong } from "../accounts.js";
import { nameOf } from "../browsers.js";
import { confirmed } from "../confirm_identity.js";
import { h } from "../dom.js";
import { field, form, textInput } from "../forms.js";
import { canUsePasskeys, makePasskey, notShown } from "../passkeys.js";

const PASSKEYS = "account/authenticators/webauthn";

/** Passkeys: signing in with a finger, a face or a key instead of a password. */
export async function passkeys(redraw) {
  const answer = await account("GET", "account/authenticators");
  if (answer.status !== 200) throw new Error(wrong(answer));
  const mine = answer.data.filter(({ type }) => type === "webauthn");
  const made = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
  const said = h("p", { class: "error", role: "alert" });
  const drop = async (id) => {
    const gone = await confirmed(() => account("DELETE", PASSKEYS, { authenticators: [id] }));
    if (gone?.status === 200) return redraw();
    if (gone) said.textContent = wrong(gone);
  };
  return [
    h("p", {}, "You sign in with your finger, your face or a key, and need no password."),
    mine.length > 0 && h("ul", { class: "rows" }, mine.map((each) =>
      h("li", { class: "row" },
        h("span", {}, each.name, h("span", { class: "hint" }, `since ${made.format(each.created_at * 1000)}`)),
        h("button", { type: "button", class: "button quiet", "aria-label": `Remove ${each.name}`, onclick: () => drop(each.id) }, "Remove")))),
    said,
    canUsePasskeys() ? adding(redraw) : h("p", { class: "notice" },
      "Passkeys need an address with a name. Open Fortnight under its name, not its number."),
  ];
}

const adding = (redraw) =>
  form({
    fields: [field("Name of the new passkey",
      textInput({ name: "name", required: true, maxlength: 100, value: nameOf(navigator.userAgent) }))],
    send: "Add a passkey",
    onSend: async (sent) => {
      const options = await confirmed(() => account("GET", `${PASSKEYS}?passwordless`));
      if (options === null) return "Nothing was changed.";
      if (options.status !== 200) return wrong(options);
      let credential;
      try {
        credential = await makePasskey(options.data.creation_options);
      } catch (error) {
        return notShown(error);
      }
      const added = await account("POST", PASSKEYS, { name: sent.get("name").trim(), credential });
      return added.status === 200 ? redraw() : wrong(added);
    },
  });

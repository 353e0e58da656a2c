import { remove } from "../api.js";
import { confirmed } from "../confirm_identity.js";
import { h, put } from "../dom.js";
import { field, form, textInput } from "../forms.js";
import { account, end } from "../session.js";

/** Everything goes: here, on the server, and the key that could open it. */
export async function deleteAccount() {
  const { email } = await account();
  const said = h("p", { role: "status" });
  return [
    h("p", {}, "Your diary, your patterns and your reminders are deleted at once, and so is the key that opens them. ",
      h("strong", {}, "Nobody can bring them back.")),
    h("p", {}, h("a", { href: "#/export" }, "Take your diary with you first")),
    form({
      care: true,
      fields: [field(`Type ${email} to go on`, textInput({ name: "typed", autocomplete: "off", autocapitalize: "none" }))],
      send: "Delete my account",
      onSend: async (sent) => {
        if (sent.get("typed").trim().toLowerCase() !== email.toLowerCase()) return "This is not your e-mail address.";
        let cancelled = true;
        await confirmed(async () => {
          await remove("me");
          cancelled = false;
        });
        if (cancelled) return "Nothing was deleted.";
        put(said, "Deleted.");
        await end();
      },
    }),
    said,
  ];
}

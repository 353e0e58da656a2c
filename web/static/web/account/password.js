import { account, wrong } from "../accounts.js";
import { confirmed } from "../confirm_identity.js";
import { h, put } from "../dom.js";
import { field, form, passwordInput } from "../forms.js";

export async function changePassword() {
  const old = passwordInput();
  const fresh = passwordInput(true);
  fresh.name = "fresh";
  const place = h("div", {});
  return put(place, form({
    fields: [field("Password now", old), field("New password", fresh, "At least 8 letters.")],
    send: "Change it",
    onSend: async (sent) => {
      const answer = await confirmed(() => account("POST", "account/password/change",
        { current_password: sent.get("password"), new_password: sent.get("fresh") }));
      if (answer === null) return "Nothing was changed.";
      if (answer.status !== 200) return wrong(answer);
      put(place, h("p", { class: "notice", role: "status" }, "Your password is changed."));
    },
  }));
}

import { account, wrong } from "../accounts.js";
import { confirmed } from "../confirm_identity.js";
import { h } from "../dom.js";
import { codeInput, emailInput, field, form } from "../forms.js";
import { refreshMe } from "../me.js";
import { account as kept } from "../session.js";
import { keep } from "../store.js";

/** Another address: it holds once the code that is sent there has come back. */
export async function changeEmail(redraw) {
  const answer = await account("GET", "account/email");
  if (answer.status !== 200) throw new Error(wrong(answer));
  const now = answer.data.find(({ primary, verified }) => primary && verified) ?? answer.data[0];
  const coming = answer.data.find(({ verified }) => !verified);
  return [
    h("p", {}, "Now: ", h("strong", {}, now.email)),
    coming && confirmation(coming.email, redraw),
    form({
      fields: [field("New address", emailInput(), "A code will be sent there.")],
      send: coming ? "Send to another address" : "Send the code",
      onSend: async (sent) => {
        const changed = await confirmed(() => account("POST", "account/email", { email: sent.get("email").trim() }));
        if (changed === null) return "Nothing was changed.";
        return changed.status === 200 ? redraw() : wrong(changed);
      },
    }),
  ];
}

const confirmation = (email, redraw) =>
  h("div", { class: "card" },
    form({
      fields: [field(`The code that was sent to ${email}`, codeInput())],
      send: "Use this address",
      onSend: async (sent) => {
        const answer = await account("POST", "auth/email/verify", { key: sent.get("code").trim() });
        if (answer.status !== 200) return wrong(answer);
        await keep("account", { ...(await kept()), email });
        await refreshMe();
        return redraw();
      },
    }));

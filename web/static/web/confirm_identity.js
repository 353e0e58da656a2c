// What touches the safety of an account asks who is there, where that is some minutes ago.

import { account, passkeyStep, wrong } from "./accounts.js";
import { Problem } from "./api.js";
import { h } from "./dom.js";
import { codeInput, field, form, passwordInput } from "./forms.js";
import { canUsePasskeys, notShown, showPasskey } from "./passkeys.js";

/**
 * Does `action`, after the person has shown who they are where the server asks for it. Resolves to
 * what it answered, or null when they would rather not.
 */
export async function confirmed(action) {
  const first = await attempt(action);
  if (!first.asks) return first.answer;
  return (await shownWho(first.flows)) ? (await attempt(action)).answer : null;
}

/** `action` answers like allauth, or throws a Problem: either may ask to show who is there. */
async function attempt(action) {
  try {
    const answer = await action();
    const asks = answer?.status === 401 && answer.meta?.is_authenticated;
    return { answer, asks, flows: answer?.data?.flows };
  } catch (error) {
    if (!(error instanceof Problem) || error.name !== "reauthentication-required") throw error;
    const { data } = await account("GET", "auth/session");
    return { asks: true, flows: data?.flows ?? [{ id: "reauthenticate" }, { id: "mfa_reauthenticate", types: [] }] };
  }
}

function shownWho(flows) {
  const factor = flows.find(({ id }) => id === "mfa_reauthenticate");
  return new Promise((resolve) => {
    const finish = (did) => {
      dialog.close();
      dialog.remove();
      resolve(did);
    };
    const cancel = h("button", { type: "button", class: "button plain", onclick: () => finish(false) }, "Cancel");
    const said = h("p", { class: "error", role: "alert" });
    const byPassword = form({
      fields: [field("Password", passwordInput())], send: "Go on", after: cancel,
      onSend: async (sent) => {
        const answer = await account("POST", "auth/reauthenticate", { password: sent.get("password") });
        return answer.status === 200 ? finish(true) : wrong(answer);
      },
    });
    const byCode = form({
      fields: [field("Code of your authenticator app", codeInput())], send: "Go on",
      onSend: async (sent) => {
        const answer = await account("POST", "auth/2fa/reauthenticate", { code: sent.get("code").trim() });
        return answer.status === 200 ? finish(true) : wrong(answer);
      },
    });
    const byPasskey = h("button", { type: "button", class: "button quiet", onclick: async () => {
      try {
        const answer = await passkeyStep("auth/webauthn/reauthenticate", showPasskey);
        if (answer.status === 200) finish(true);
        else said.textContent = wrong(answer);
      } catch (error) {
        said.textContent = notShown(error);
      }
    } }, "Use a passkey");
    const types = factor?.types ?? [];
    const dialog = h("dialog", { "aria-labelledby": "who-title", oncancel: () => finish(false) },
      h("div", { class: "form" },
        h("h2", { id: "who-title" }, "Is it you?"),
        h("p", { class: "hint" }, "This changes how your account is kept safe."),
        byPassword,
        types.includes("totp") && byCode,
        types.includes("webauthn") && canUsePasskeys() && byPasskey,
        said));
    document.body.append(dialog);
    dialog.showModal();
  });
}

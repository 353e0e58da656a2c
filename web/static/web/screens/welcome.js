// For somebody who is not signed in: signing in, a new account, a forgotten password.

import * as accounts from "../accounts.js";
import { h, put, svg } from "../dom.js";
import { codeInput, emailInput, field, form, passwordInput } from "../forms.js";
import { canUsePasskeys, notShown, showPasskey } from "../passkeys.js";
import { go } from "../router.js";
import { account } from "../session.js";

export const title = "Sign in";

let email = "";

export async function show(place) {
  email ||= (await account())?.email ?? "";
  accounts.forgetSigning();
  const steps = {
    sign_in: signIn, sign_up: signUp, code: mailCode, reset: forgotten,
    verify_email: codeStep(accounts.verifyEmail, accounts.resendVerification),
    login_by_code: codeStep(accounts.confirmCode, () => accounts.requestCode(email)),
    mfa_authenticate: secondStep,
    password_reset_by_code: newPassword,
  };
  const enter = (name, ...more) => {
    put(place, h("div", { class: "letter" }, steps[name](enter, ...more)));
    place.querySelector("input")?.focus({ preventScroll: true });
  };
  put(place, h("div", { class: "letter" }, signIn(enter)));
}

/** Goes where the answer says, or says what is wrong. */
async function goOn(answer, enter) {
  const step = accounts.nextStep(answer);
  if (step === "failed" || step === "done") return accounts.wrong(answer);
  if (step !== "in") return enter(step, answer);
  if (!(await accounts.arrive(answer, mayDiscard))) return "You are not signed in.";
  return go("#/today");
}

const mayDiscard = ({ email: other }, count) => confirm(
  `This device still keeps ${count === 1 ? "1 change" : `${count} changes`} of ${other} that the server `
  + "does not have. They would be deleted. Go on?");

const another = (enter, name, words) =>
  h("button", { type: "button", class: "button plain", onclick: () => enter(name) }, words);

function signIn(enter) {
  const said = h("p", { class: "error", role: "alert" });
  return [
    motif(),
    h("h1", {}, "A diary of mood and pain"),
    h("p", { class: "lead" },
      "A minute a day. After some weeks you see what lasts, and what gets worse or better together."),
    form({
      fields: [
        field("E-mail", emailInput(email)),
        field("Password", passwordInput()),
      ],
      send: "Sign in",
      onSend: async (sent) => {
        email = sent.get("email").trim();
        return goOn(await accounts.logIn(email, sent.get("password")), enter);
      },
    }),
    said,
    h("div", { class: "buttons other-ways" },
      canUsePasskeys() && h("button", {
        type: "button", class: "button quiet",
        onclick: async () => (said.textContent = (await withPasskey("auth/webauthn/login", enter)) ?? ""),
      }, "Use a passkey"),
      another(enter, "code", "Get a code by mail"),
      another(enter, "reset", "I forgot my password")),
    h("p", {}, "New here? ", another(enter, "sign_up", "Make an account")),
  ];
}

/** Fourteen days, one of them not recorded. */
const motif = () =>
  svg("svg", { class: "motif", viewBox: "0 0 140 40", "aria-hidden": "true" },
    Array.from({ length: 14 }, (_, place) =>
      svg("circle", { cx: 10 + 20 * (place % 7), cy: place < 7 ? 10 : 30, r: 7, class: place === 9 ? "gap" : null })));

async function withPasskey(path, enter) {
  try {
    const options = await accounts.passkeyOptions(path);
    if (options.status !== 200) return accounts.wrong(options);
    const credential = await showPasskey(options.data.request_options);
    return await goOn(await accounts.passkeyAnswer(path, credential), enter);
  } catch (error) {
    return notShown(error);
  }
}

function signUp(enter) {
  return [
    h("h1", {}, "Make an account"),
    form({
      fields: [
        field("E-mail", emailInput(email), "A code will be sent there."),
        field("Password", passwordInput(true), "At least 8 letters. A short sentence is easy to keep in mind."),
      ],
      send: "Go on",
      after: another(enter, "sign_in", "I have an account"),
      onSend: async (sent) => {
        email = sent.get("email").trim();
        return goOn(await accounts.signUp(email, sent.get("password")), enter);
      },
    }),
    h("p", { class: "hint" },
      "What you write is stored encrypted, under a key of your own. Deleting your account destroys the key. "
      + "Fortnight shows patterns. It makes no diagnosis, and nobody watches what you write."),
  ];
}

function mailCode(enter) {
  return [
    h("h1", {}, "A code by mail"),
    h("p", {}, "You can sign in with it once, without your password."),
    form({
      fields: [field("E-mail", emailInput(email))],
      send: "Send the code",
      after: another(enter, "sign_in", "Back"),
      onSend: async (sent) => {
        email = sent.get("email").trim();
        return goOn(await accounts.requestCode(email), enter);
      },
    }),
  ];
}

const codeStep = (check, resend) => (enter) => {
  const said = h("p", { role: "status", class: "hint" });
  return [
    h("h1", {}, "Look into your mail"),
    h("p", {}, "If ", h("strong", {}, email), " can sign in here, a code is on its way. It may take a minute."),
    form({
      fields: [field("Code", codeInput())],
      send: "Go on",
      after: h("button", {
        type: "button", class: "button plain",
        onclick: async () => {
          const answer = await resend();
          said.textContent = answer.status < 400 || answer.status === 401
            ? "A new code was sent." : accounts.wrong(answer);
        },
      }, "Send another"),
      onSend: async (sent) => goOn(await check(sent.get("code").trim()), enter),
    }),
    said,
    h("p", {}, another(enter, "sign_in", "Back")),
  ];
};

function secondStep(enter, answer) {
  const types = answer.data.flows.find((flow) => flow.id === "mfa_authenticate").types ?? [];
  const said = h("p", { class: "error", role: "alert" });
  return [
    h("h1", {}, "One more step"),
    h("p", {}, "Enter the code of your authenticator app, or one of your recovery codes."),
    form({
      fields: [field("Code", codeInput())],
      send: "Sign in",
      after: another(enter, "sign_in", "Back"),
      onSend: async (sent) => goOn(await accounts.secondStep(sent.get("code").trim()), enter),
    }),
    types.includes("webauthn") && canUsePasskeys() && h("button", {
      type: "button", class: "button quiet",
      onclick: async () => (said.textContent = (await withPasskey("auth/webauthn/authenticate", enter)) ?? ""),
    }, "Use a passkey instead"),
    said,
  ].filter(Boolean);
}

function forgotten(enter) {
  return [
    h("h1", {}, "A new password"),
    h("p", {}, "A code comes by mail. With it you choose a new password."),
    form({
      fields: [field("E-mail", emailInput(email))],
      send: "Send the code",
      after: another(enter, "sign_in", "Back"),
      onSend: async (sent) => {
        email = sent.get("email").trim();
        const answer = await accounts.requestReset(email);
        return answer.status === 200 || answer.status === 401
          ? enter("password_reset_by_code") : accounts.wrong(answer);
      },
    }),
  ];
}

function newPassword(enter) {
  return [
    h("h1", {}, "Look into your mail"),
    h("p", {}, "If ", h("strong", {}, email), " has an account here, a code is on its way."),
    form({
      fields: [field("Code", codeInput()), field("New password", passwordInput(true))],
      send: "Change it",
      after: another(enter, "sign_in", "Back"),
      onSend: async (sent) => {
        const answer = await accounts.reset(sent.get("code").trim(), sent.get("password"));
        if (answer.status !== 200 && answer.status !== 401) return accounts.wrong(answer);
        // The password is changed; signing in with it is the next thing.
        return goOn(await accounts.logIn(email, sent.get("password")), enter);
      },
    }),
  ];
}

// Signing up, signing in, and what keeps an account safe: django-allauth's app client, as any app
// uses it. An answer is { status, data, meta, errors }.

import { Offline, send } from "./api.js";
import { begin } from "./session.js";

const ROOT = "/_allauth/app/v1/";

let pending = null; // the token of a sign-in that is not complete: in this page's memory only

/** Sends as the person who is signed in. Throws `Offline`. */
export const account = (method, path, body) => converse(method, path, body, undefined);

/** Sends as somebody who is still signing in. */
async function signing(method, path, body) {
  const answer = await converse(method, path, body, pending);
  pending = answer.status === 410 ? null : (answer.meta?.session_token ?? pending);
  return answer;
}

async function converse(method, path, body, token) {
  const answer = await send(method, ROOT + path, body, { token });
  if (answer.status >= 502 && answer.status <= 504) throw new Offline("The server is not there.");
  const text = await answer.text();
  return { errors: [], ...(text && JSON.parse(text)), status: answer.status };
}

/** Begins anew, whatever was asked before. */
export const forgetSigning = () => (pending = null);

export const signUp = (email, password) => signing("POST", "auth/signup", { email, password });
export const verifyEmail = (key) => signing("POST", "auth/email/verify", { key });
export const resendVerification = () => signing("POST", "auth/email/verify/resend");
export const logIn = (email, password) => signing("POST", "auth/login", { email, password });
export const requestCode = (email) => signing("POST", "auth/code/request", { email });
export const confirmCode = (code) => signing("POST", "auth/code/confirm", { code });
export const secondStep = (code) => signing("POST", "auth/2fa/authenticate", { code });
export const requestReset = (email) => signing("POST", "auth/password/request", { email });
export const reset = (key, password) => signing("POST", "auth/password/reset", { key, password });
export const passkeyOptions = (path) => signing("GET", path);
export const passkeyAnswer = (path, credential) => signing("POST", path, { credential });

/** Asks for the challenge of a passkey, has it shown, sends it: as the person who is signed in. */
export async function passkeyStep(path, show) {
  const options = await account("GET", path);
  if (options.status !== 200) return options;
  return account("POST", path, { credential: await show(options.data.request_options) });
}

/** What an answer asks for next: "in", "failed", or the flow that waits to be gone on with. */
export function nextStep({ status, data, meta }) {
  if (status === 200 && (meta?.is_authenticated || data?.user)) return "in";
  if (status !== 401) return status === 200 ? "done" : "failed";
  return data?.flows?.find((flow) => flow.is_pending)?.id ?? "failed";
}

/** Keeps the session that an answer has completed; false when the person would rather not. */
export async function arrive(answer, mayDiscard) {
  const token = answer.meta?.session_token ?? pending;
  pending = null;
  if (await begin(token, answer.data.user, mayDiscard)) return true;
  await converse("DELETE", "auth/session", undefined, token);
  return false;
}

/** What is wrong, in words: the first error, or what its status means. */
export function wrong({ status, errors, detail }) {
  if (errors?.length) return errors[0].message ?? errors[0].detail;
  if (status === 401) return "That did not match. Please try again.";
  if (status === 409 || status === 410) return "This has taken too long. Please begin again.";
  if (status === 429) return "Too many tries. Please wait a few minutes.";
  return detail ?? `The server answered ${status}.`;
}

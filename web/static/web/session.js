// Who is signed in on this device.

import { forget, keep, onChange, read, result, tell, transact, wipe } from "./store.js";

/** Whether there is a session. It may have ended on the server: then the next answer says so. */
export const isSignedIn = async () => Boolean(await read("token"));

/** Whose diary this device keeps: { id, email }, also while they have to sign in again. */
export const account = () => read("account");

/**
 * Begins a session for somebody. What another person had left on this device is deleted first;
 * `mayDiscard(account, count)` is asked when changes of theirs would be lost with it.
 */
export async function begin(token, { id, email }, mayDiscard) {
  const before = await account();
  if (before && before.id !== id) {
    const count = await transact(["changes"], "readonly", ({ changes }) => result(changes.count()));
    if (count && !(await mayDiscard(before, count))) return false;
    await wipe();
  }
  await keep("account", { id, email });
  await keep("token", token);
  tell("session");
  return true;
}

/** The server no longer knows this session: nothing is shown until the person is here again. */
export async function lapse() {
  if (!(await isSignedIn())) return;
  await forget("token");
  tell("session");
}

/** Signs out here: everything of this person leaves the device. */
export async function end() {
  await wipe();
  tell("session");
}

export const onSession = (listener) => onChange((what) => what === "session" && listener());


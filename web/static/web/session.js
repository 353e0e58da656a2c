// Who is signed in on this device.

import { forget, onChange, read, result, tell, transact, wipe } from "./store.js";

/** What was asked for or written by one person comes when the device keeps another's diary. */
export class SomebodyElse extends DOMException {
  constructor() {
    super("Somebody else is signed in.", "AbortError");
  }
}

let whose = null;

/** Whose diary the screens of this page show: their id, or null. */
export const holder = () => whose;

/**
 * Takes up the diary that this device keeps: what this page writes from now on is written for its
 * person and for nobody else. Whether they are signed in.
 */
export async function takeUp() {
  const { token, account: kept } = await both();
  whose = kept?.id ?? null;
  return Boolean(token);
}

/** The session on this device, { token, id }, its token and its person read together; or null. */
export async function session() {
  const { token, account: kept } = await both();
  return token && kept ? { token, id: kept.id } : null;
}

const both = () =>
  transact(["kept"], "readonly", async ({ kept }) => {
    const [token, account] = await Promise.all([result(kept.get("token")), result(kept.get("account"))]);
    return { token, account };
  });

/** Like `transact`, on everything, and only while this device keeps the diary of this person. */
export const transactFor = (id, work) =>
  transact(["kept", "records", "changes"], "readwrite", async (stores) => {
    const kept = await result(stores.kept.get("account"));
    if (!kept || kept.id !== id) throw new SomebodyElse();
    return work(stores);
  });

/** Keeps a value of this person. Throws `SomebodyElse`. */
export const keepFor = (id, key, value) => transactFor(id, ({ kept }) => result(kept.put(value, key)));

/** Whether there is a session. It may have ended on the server: then the next answer says so. */
export const isSignedIn = async () => Boolean(await read("token"));

/** Whose diary this device keeps: { id, email }, also while they have to sign in again. */
export const account = () => read("account");

/**
 * Begins a session for somebody. What anybody else had left on this device is deleted first;
 * `mayDiscard(account, count)` is asked when changes of theirs would be lost with it.
 */
export async function begin(token, { id, email }, mayDiscard) {
  const before = await account();
  if (before?.id !== id) {
    const count = await transact(["changes"], "readonly", ({ changes }) => result(changes.count()));
    if (before && count && !(await mayDiscard(before, count))) return false;
    await wipe();
  }
  await transact(["kept"], "readwrite", ({ kept }) =>
    Promise.all([result(kept.put({ id, email }, "account")), result(kept.put(token, "token"))]));
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


// What the server last computed, kept on this device for when there is no network.

import { Offline, get } from "./api.js";
import { h } from "./dom.js";
import { holder, keepFor } from "./session.js";
import { read } from "./store.js";

/**
 * What `path` answers: { answer, at, offline }. Without a network it is what was last seen here
 * under this name; where nothing was, `Offline` is thrown.
 */
export async function seen(name, path, options) {
  const whose = holder();
  try {
    const answer = await get(path, options);
    const one = { answer, at: Date.now() };
    await keepFor(whose, `seen ${name}`, one);
    return { ...one, offline: false };
  } catch (error) {
    const before = error instanceof Offline && (await read(`seen ${name}`));
    if (!before) throw error;
    return { ...before, offline: true };
  }
}

/** Says of how long ago something is, when it is not of now. */
export const asOf = ({ at, offline }) =>
  offline && h("p", { class: "notice", role: "status" },
    `You are offline. This is as it was on ${new Intl.DateTimeFormat(undefined, {
      day: "numeric", month: "long", hour: "2-digit", minute: "2-digit",
    }).format(at)}.`);

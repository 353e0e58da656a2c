// Brings this device and the server in step, as docs/sync-guide.md describes it: push what was
// changed here in numbered batches, then pull what was changed elsewhere. One tab does it at a time.

import { Offline, Problem, get, post } from "./api.js";
import { ownZone } from "./dates.js";
import { me, refreshMe } from "./me.js";
import { answered, newer, sent, unsent, wire } from "./overlay.js";
import { SomebodyElse, session, transactFor } from "./session.js";
import { onChange, read, result, tell } from "./store.js";

const SOON = 500; // milliseconds after the last touch
const EVERY = 60_000;
const BATCH = 50; // even with the longest notes less than 1 MiB
const PAGE = 1_000;

let timer = null;
let waits = SOON;
let supported = () => {};
let state = "idle"; // "idle", "sending", "offline", "failing"

/** How the last attempt went: "idle", "sending", "offline", "failing". */
export const syncState = () => state;

/** Whom to tell of help lines that an answer brought, at once: `listener(block, changes)`. */
export const onSupport = (listener) => (supported = listener);

/** Keeps in step from now on: after each change, when the network is back, and now and then. */
export function keepInStep() {
  onChange((what) => what === "written" && soon());
  addEventListener("online", () => now());
  addEventListener("offline", () => enter("offline"));
  document.addEventListener("visibilitychange", () => now());
  setInterval(() => document.visibilityState === "visible" && now(), EVERY);
  now();
}

export function soon(after = SOON) {
  clearTimeout(timer);
  timer = setTimeout(now, after);
}

function enter(next) {
  if (state === next) return;
  state = next;
  tell("saving");
}

/** Once, now; resolves when it is done, whatever became of it. */
export async function now() {
  clearTimeout(timer);
  await navigator.locks.request("fortnight-sync", async () => {
    const here = await session();
    if (!here) return;
    try {
      enter("sending");
      while (await push(here)) tell("diary");
      await pull(here);
      await followZone();
      waits = SOON;
      enter("idle");
    } catch (error) {
      await again(error);
    }
  });
  tell("saving");
}

/** Once the diary has come to this device; throws `Offline` where it cannot be had now. */
export async function fetched() {
  if (await read("checkpoint")) return;
  await now();
  if (!(await read("checkpoint"))) throw new Offline("Your diary is not on this device yet.");
}

async function again(error) {
  if (error instanceof SomebodyElse || error.status === 401) return enter("idle"); // the session is over
  // A DOMException: the disk would not take it, and may later.
  if (!(error instanceof Offline || error instanceof Problem || error instanceof DOMException)) {
    enter("failing");
    throw error;
  }
  if (error.status === 426) lookForNewer(); // this app is too old: what waits, waits for the next
  enter(error instanceof Offline ? "offline" : "failing");
  waits = Math.min(waits * 2, EVERY);
  soon(waits);
}

/** Somebody who travels has the zone that they are in, once the server has taken it over. */
async function followZone() {
  const { time_zone: zone, time_zone_pinned: pinned } = await me();
  if (!pinned && zone !== ownZone()) await refreshMe();
}

const lookForNewer = async () => (await navigator.serviceWorker?.getRegistration())?.update();

// ---- Push ---------------------------------------------------------------------------------------

/** Sends one batch, or the one whose answer never came; false when there is nothing to send. */
async function push({ id, token }) {
  const batch = (await read("batch")) ?? (await nextBatch(id));
  if (!batch) return false;
  try {
    const { results, support } = await post("sync", { ...batch, schema: 1 }, { token });
    if (support) supported(support, batch.changes);
    await settle(id, results);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    await refused(id, error, batch);
  }
  return true;
}

/** A batch made of what waits, written down before it is sent: a reload sends the same again. */
const nextBatch = (whose) =>
  transactFor(whose, async ({ kept, changes }) => {
    const waiting = (await result(changes.getAll())).filter((each) => each.waiting);
    if (!waiting.length) return null;
    const trackersFirst = (each) => (each.collection === "trackers" ? 0 : 1);
    waiting.sort((one, other) => trackersFirst(one) - trackersFirst(other));
    const going = waiting.slice(0, BATCH).map(sent);
    for (const each of going) await result(changes.put(each));
    const { client, batch: last } = (await result(kept.get("client"))) ?? newClient();
    const batch = { client, batch: last + 1, changes: going.map(wire) };
    await result(kept.put({ client, batch: batch.batch }, "client"));
    await result(kept.put(batch, "batch"));
    return batch;
  });

const newClient = () => ({ client: crypto.randomUUID(), batch: 0 });

const settle = (whose, results) =>
  transactFor(whose, async ({ kept, records, changes }) => {
    for (const each of results) {
      const key = [each.collection, each.id];
      const change = await result(changes.get(key));
      const after = change?.sending ? answered(change, each) : change;
      if (after) await result(changes.put(after));
      else await result(changes.delete(key));
      if (each.document) await take(records, each.document);
    }
    await result(kept.delete("batch"));
  });

async function take(records, document) {
  const known = await result(records.get([document.collection, document.id]));
  if (newer(document, known)) await result(records.put(document));
}

/** The server would have nothing of a batch. */
async function refused(whose, error, batch) {
  if (error.status === 409) return beginAnew(whose); // an old copy of this app had the same name
  if (![400, 413, 415, 422].includes(error.status)) throw error; // later, as it is
  await settle(whose, batch.changes.map(({ collection, id }) =>
    ({ collection, id, status: "rejected", problem: error.problem, document: null })));
}

const beginAnew = (whose) =>
  transactFor(whose, async ({ kept, changes }) => {
    for (const each of await result(changes.getAll())) await result(changes.put(unsent(each)));
    await result(kept.put(newClient(), "client"));
    await result(kept.delete("batch"));
  });

// ---- Pull ---------------------------------------------------------------------------------------

async function pull(here) {
  let checkpoint = await read("checkpoint");
  if (!checkpoint) return pullAll(here);
  for (;;) {
    const page = await pageAfter(checkpoint, here);
    if (page === null) return pullAll(here); // the server was restored from a backup
    await transactFor(here.id, async ({ kept, records }) => {
      for (const each of page.documents) await take(records, each);
      await result(kept.put(page.checkpoint, "checkpoint"));
    });
    if (page.documents.length) tell("diary");
    if (!page.has_more) return;
    checkpoint = page.checkpoint;
  }
}

async function pageAfter({ seq, epoch }, { token }) {
  const query = new URLSearchParams({ since: seq, limit: PAGE, ...(epoch && { epoch }) });
  try {
    return await get(`sync?${query}`, { token });
  } catch (error) {
    if (error instanceof Problem && error.status === 410) return null;
    throw error;
  }
}

/** All of the diary, put in the place of what is kept only when it is whole. */
async function pullAll(here) {
  const latest = new Map();
  let page;
  let checkpoint = { seq: 0 };
  do {
    page = await pageAfter(checkpoint, here);
    if (page === null) return pullAll(here);
    for (const each of page.documents) latest.set(`${each.collection} ${each.id}`, each);
    checkpoint = page.checkpoint;
  } while (page.has_more);
  await transactFor(here.id, async ({ kept, records }) => {
    await result(records.clear());
    for (const each of latest.values()) await result(records.put(each));
    await result(kept.put(checkpoint, "checkpoint"));
  });
  tell("diary");
}

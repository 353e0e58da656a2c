// The diary on this device: what is read here is what the person last wrote, sent or not.

import { instantNow, ownZone } from "./dates.js";
import { insisted, removed, shown, written } from "./overlay.js";
import { onChange, result, tell, transact } from "./store.js";

const BOTH = ["records", "changes"];

let writing = 0;

/** One record as the person has left it, or null. */
export const record = (collection, id) =>
  transact(BOTH, "readonly", async ({ records, changes }) =>
    shown(await result(records.get([collection, id])), await result(changes.get([collection, id]))),
  );

/** The entry of a date; an empty one where there is none. */
export const entry = async (date) => (await record("entries", date)) ?? { id: date };

/** Every record of a collection, in the order of ids; `from` and `to` bound the ids. */
export function recordsOf(collection, { from = "", to = "\uffff" } = {}) {
  const ids = IDBKeyRange.bound([collection, from], [collection, to]);
  return transact(BOTH, "readonly", async ({ records, changes }) =>
    together(await result(records.getAll(ids)), await result(changes.getAll(ids))));
}

/** Those of the activities or moments whose date lies between. */
export function recordsBetween(collection, from, to) {
  const dates = IDBKeyRange.bound([collection, from], [collection, to]);
  const ids = IDBKeyRange.bound([collection, ""], [collection, "\uffff"]);
  return transact(BOTH, "readonly", async ({ records, changes }) => {
    const found = together(
      await result(records.index("byDate").getAll(dates)), await result(changes.getAll(ids)));
    return found.filter(({ date }) => date >= from && date <= to);
  });
}

function together(kept, mine) {
  const recordById = new Map(kept.map((each) => [each.id, each]));
  const changeById = new Map(mine.map((each) => [each.id, each]));
  const ids = [...new Set([...recordById.keys(), ...changeById.keys()])].sort();
  return ids.map((id) => shown(recordById.get(id), changeById.get(id))).filter(Boolean);
}

/** Entries by date. */
export async function entriesBetween(from, to) {
  const found = await recordsOf("entries", { from, to });
  return new Map(found.map((each) => [each.id, each]));
}

/** Keeps these fields on this device, and has them sent soon. Null clears one. */
export async function write(collection, id, set) {
  const fields = collection === "entries"
    ? { ...set, edited_at: instantNow(), time_zone: ownZone() }
    : set;
  await change({ collection, id }, (before, kept) =>
    written(before, { collection, id }, kept, fields));
}

/** Deletes a record, here at once and on the server soon. */
export const erase = (collection, id) =>
  change({ collection, id }, (before, kept) => removed(before, { collection, id }, kept));

async function change({ collection, id }, changed) {
  writing += 1;
  tell("saving");
  try {
    await transact(BOTH, "readwrite", async ({ records, changes }) => {
      const key = [collection, id];
      const [kept, before] = await Promise.all([result(records.get(key)), result(changes.get(key))]);
      const after = changed(before, kept);
      if (after) await result(changes.put(after));
      else await result(changes.delete(key));
    });
  } finally {
    writing -= 1;
  }
  tell("diary");
  tell("written");
}

/** How many changes are not even on this device's disk yet. */
export const beingWritten = () => writing;

/** How many changes wait here, and how many the server would not take. */
export const unsaved = () =>
  transact(["changes"], "readonly", async ({ changes }) => {
    const all = await result(changes.getAll());
    return {
      waiting: all.filter((each) => each.waiting || each.sending).length,
      troubles: all.filter((each) => each.trouble),
    };
  });

/** Writes anew what the server would not take, over what it has now. */
export const insist = ({ collection, id }) =>
  change({ collection, id }, (before, kept) => insisted(before, kept));

/** Lets go of what the server would not take. */
export async function yieldTo({ collection, id }) {
  await transact(["changes"], "readwrite", async ({ changes }) => {
    const before = await result(changes.get([collection, id]));
    if (before.waiting || before.sending) await result(changes.put({ ...before, trouble: null }));
    else await result(changes.delete([collection, id]));
  });
  tell("diary");
}

/** Calls `listener` whenever the diary has changed, here, in another tab, or on the server. */
export function onDiary(listener, options) {
  onChange((what) => what === "diary" && listener(), options);
}

/** An id that sorts by when it was made: UUID version 7. */
export function newId(now = Date.now()) {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  for (let place = 5, rest = now; place >= 0; place--, rest = Math.floor(rest / 256)) {
    bytes[place] = rest % 256;
  }
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

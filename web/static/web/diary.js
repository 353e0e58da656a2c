// The diary on this device: what is read here is what the person last wrote, sent or not.

import { instantNow, ownZone } from "./dates.js";
import { insisted, removed, shown, written } from "./overlay.js";
import { SomebodyElse, holder, transactFor } from "./session.js";
import { onChange, result, tell, transact } from "./store.js";

const BOTH = ["records", "changes"];
const AGAIN = 5_000; // milliseconds until what the disk would not take is tried again

let writing = 0;
// What the disk would not take, oldest first: shown all the same, and kept as soon as it can be.
let unkept = [];
let timer = null;

/** One record as the person has left it, or null. */
export const record = (collection, id) =>
  transact(BOTH, "readonly", async ({ records, changes }) =>
    shownHere({ collection, id },
      await result(records.get([collection, id])), await result(changes.get([collection, id]))));

/** The record with all that this page has changed of it, on disk or not. */
const shownHere = (place, kept, change) => shown(kept, laidOn(change, kept, unkeptOf(place)));

const laidOn = (change, kept, steps) => steps.reduce((before, { changed }) => changed(before, kept), change);

const unkeptOf = ({ collection, id }, whose = holder()) =>
  unkept.filter((each) => each.whose === whose && each.collection === collection && each.id === id);

/** The entry of a date; an empty one where there is none. */
export const entry = async (date) => (await record("entries", date)) ?? { id: date };

/** Every record of a collection, in the order of ids; `from` and `to` bound the ids. */
export function recordsOf(collection, { from = "", to = "\uffff" } = {}) {
  const ids = IDBKeyRange.bound([collection, from], [collection, to]);
  return transact(BOTH, "readonly", async ({ records, changes }) =>
    together(collection, await result(records.getAll(ids)), await result(changes.getAll(ids))
    ).filter(({ id }) => id >= from && id <= to));
}

/** Those of the activities or moments whose date lies between. */
export function recordsBetween(collection, from, to) {
  const dates = IDBKeyRange.bound([collection, from], [collection, to]);
  const ids = IDBKeyRange.bound([collection, ""], [collection, "\uffff"]);
  return transact(BOTH, "readonly", async ({ records, changes }) => {
    const found = together(collection,
      await result(records.index("byDate").getAll(dates)), await result(changes.getAll(ids)));
    return found.filter(({ date }) => date >= from && date <= to);
  });
}

function together(collection, kept, mine) {
  const recordById = new Map(kept.map((each) => [each.id, each]));
  const changeById = new Map(mine.map((each) => [each.id, each]));
  const only = unkept.filter((each) => each.collection === collection).map(({ id }) => id);
  const ids = [...new Set([...recordById.keys(), ...changeById.keys(), ...only])].sort();
  return ids.map((id) => shownHere({ collection, id }, recordById.get(id), changeById.get(id))).filter(Boolean);
}

/** Entries by date. */
export async function entriesBetween(from, to) {
  const found = await recordsOf("entries", { from, to });
  return new Map(found.map((each) => [each.id, each]));
}

/**
 * Keeps these fields on this device, and has them sent soon. Null clears one. Whether they are on
 * its disk now: where they are not, the page holds on to them, says so and tries again.
 */
export function write(collection, id, set) {
  const fields = collection === "entries"
    ? { ...set, edited_at: instantNow(), time_zone: ownZone() }
    : set;
  return change({ collection, id }, (before, kept) => written(before, { collection, id }, kept, fields));
}

/** Deletes a record, here at once and on the server soon. */
export const erase = (collection, id) =>
  change({ collection, id }, (before, kept) => removed(before, { collection, id }, kept));

/** `changed` makes of the change and the record that are kept the change that is to be kept. */
async function change({ collection, id }, changed) {
  const one = { whose: holder(), collection, id, changed, refused: false };
  unkept.push(one);
  writing += 1;
  tell("saving");
  const kept = await keepAll(one);
  writing -= 1;
  if (!kept) tell("saving");
  return kept;
}

/** Keeps this with all of its record that the disk would not take before, in order; whether it did. */
async function keepAll(one) {
  const { whose, collection, id } = one;
  const steps = unkeptOf(one, whose).filter((each) => each === one || each.refused);
  try {
    await transactFor(whose, async ({ records, changes }) => {
      const key = [collection, id];
      const [kept, before] = await Promise.all([result(records.get(key)), result(changes.get(key))]);
      const after = laidOn(before, kept, steps);
      if (after) await result(changes.put(after));
      else await result(changes.delete(key));
    });
  } catch (error) {
    // What was written in a diary that has left this device meanwhile leaves with it.
    if (error instanceof SomebodyElse) unkept = unkept.filter((each) => !steps.includes(each));
    else if (error instanceof DOMException) refuse(one);
    else throw error;
    return false;
  }
  unkept = unkept.filter((each) => !steps.includes(each));
  tell("diary");
  tell("written");
  return true;
}

function refuse(one) {
  one.refused = true;
  clearTimeout(timer);
  timer = setTimeout(tryAgain, AGAIN);
}

/** Tries once more to keep what the disk would not take. */
export async function tryAgain() {
  for (const each of unkept.filter(({ refused }) => refused)) {
    if (unkept.includes(each)) await keepAll(each);
  }
  tell("saving");
}

/** How many changes this device would not keep: they are in this page alone. */
export const refusedHere = () => unkept.filter(({ refused }) => refused).length;

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
  change({ collection, id }, (before, kept) => (before?.trouble ? insisted(before, kept) : before));

/** Lets go of what the server would not take. */
export const yieldTo = ({ collection, id }) =>
  change({ collection, id }, (before) =>
    (before?.waiting || before?.sending ? { ...before, trouble: null } : null));

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

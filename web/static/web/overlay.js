// What the server has of a record, and what this device has changed of it since: pure functions.
//
// A change: { collection, id, waiting, sending, trouble }
//   waiting, sending: null, or { base, set } or { base, remove: true }; `base` is the revision
//   that was seen when the change was begun, so that nothing unseen is ever written over
//   trouble: null, or what the server would not take: { kind, set, remove, fields, problem }

const BY_KEY = ["trackers", "items"]; // these merge key by key; every other field is one value

/** `fields` with `set` laid over them. */
export function laidOver(fields, set) {
  const after = { ...fields, ...set };
  for (const name of BY_KEY) {
    if (set[name] && fields?.[name]) after[name] = { ...fields[name], ...set[name] };
  }
  return after;
}

/** A record as the person has left it; null when there is none. */
export function shown(record, change) {
  let fields = record && !record.deleted ? record : null;
  for (const step of [change?.sending, change?.waiting]) {
    if (step?.remove) fields = null;
    else if (step) fields = laidOver(fields ?? { collection: change.collection, id: change.id }, step.set);
  }
  return fields;
}

const fresh = ({ collection, id }) => ({ collection, id, waiting: null, sending: null, trouble: null });

/** The change after these fields were set. `record` is what the server has, or undefined. */
export function written(change, place, record, set) {
  const before = change ?? fresh(place);
  const base = before.waiting?.base ?? record?.rev ?? 0;
  const waiting = { base, set: laidOver(before.waiting?.set ?? {}, set) };
  return { ...before, waiting };
}

/** The change after the record was deleted; null where nothing is left to tell the server. */
export function removed(change, place, record) {
  const before = change ?? fresh(place);
  const known = before.sending || (record && !record.deleted);
  if (!known) return before.trouble ? { ...before, waiting: null } : null;
  return { ...before, waiting: { base: before.waiting?.base ?? record?.rev ?? 0, remove: true } };
}

/** The change on its way, and what is sent of it. */
export const sent = (change) => ({ ...change, sending: change.waiting, waiting: null });

export function wire({ collection, id, sending: { base, set, remove } }) {
  return remove ? { collection, id, base, delete: true } : { collection, id, base, set };
}

/** The change when its sending came to nothing: it waits again, under what was written since. */
export function unsent(change) {
  const { sending, waiting } = change;
  if (!sending) return change;
  if (!waiting) return { ...change, waiting: sending, sending: null };
  if (waiting.remove || sending.remove) {
    return { ...change, waiting: { ...waiting, base: sending.base }, sending: null };
  }
  const set = laidOver(sending.set, waiting.set);
  return { ...change, waiting: { base: sending.base, set }, sending: null };
}

/** The change after the server has answered it; null when nothing is left of it. */
export function answered(change, result) {
  const { sending } = change;
  const after = { ...change, sending: null };
  if (result.status === "rejected") {
    after.trouble = together(change.trouble, { ...sending, kind: "rejected", problem: result.problem });
  } else if (result.status === "conflict") {
    const set = sending.remove ? {} : picked(sending.set, result.fields);
    after.trouble = together(change.trouble, { kind: "conflict", fields: result.fields, set, remove: sending.remove });
  } else if (sending && after.trouble && !sending.remove) {
    after.trouble = settled(after.trouble, sending.set);
  }
  return after.waiting || after.trouble ? after : null;
}

/** A trouble on top of one that nobody has decided yet: newer words over older ones, and both kept. */
function together(before, next) {
  if (!before) return next;
  return {
    ...next,
    problem: next.problem ?? before.problem,
    fields: [...new Set([...(before.fields ?? []), ...(next.fields ?? [])])],
    set: laidOver(before.set ?? {}, next.set ?? {}),
  };
}

/** What is left of a trouble when these fields were written anew; null when nothing is. */
function settled(trouble, set) {
  const left = without(trouble.set ?? {}, set);
  if (!Object.keys(left).length) return null;
  const fields = (trouble.fields ?? []).filter((name) => hasField(left, name));
  const clashes = picked(left, fields);
  const refused = Object.keys(without(left, clashes)).length > 0;
  return { ...trouble, remove: false, set: left, fields, problem: refused ? trouble.problem : undefined };
}

function without(fields, set) {
  const left = {};
  for (const [name, value] of Object.entries(fields)) {
    if (!(name in set)) left[name] = value;
    else if (BY_KEY.includes(name)) {
      const keys = Object.entries(value ?? {}).filter(([key]) => !(key in (set[name] ?? {})));
      if (keys.length) left[name] = Object.fromEntries(keys);
    }
  }
  return left;
}

function hasField(fields, path) {
  const [name, key] = path.split("/");
  return BY_KEY.includes(name) && key !== undefined ? key in (fields[name] ?? {}) : name in fields;
}

/** The change when the person holds on to what the server would not take. */
export function insisted(change, record) {
  const { trouble, waiting } = change;
  const base = record?.rev ?? 0;
  const again = trouble.remove && !waiting?.set // what was written since the deletion holds
    ? { base, remove: true }
    : { base, set: laidOver(trouble.set ?? {}, waiting?.set ?? {}) };
  return { ...change, waiting: again, trouble: null };
}

/** The part of a patch that these names speak of; "trackers/<id>" is one key of `trackers`. */
export function picked(set, names) {
  const found = {};
  for (const name of names) {
    const [field, key] = name.split("/");
    if (key === undefined || !BY_KEY.includes(field)) found[field] = set[field] ?? null;
    else found[field] = { ...found[field], [key]: set[field]?.[key] ?? null };
  }
  return found;
}

/** Whether a document from the server is newer than the one that is kept. */
export const newer = (document, record) => !record || document.rev >= record.rev;

// What this device keeps, in IndexedDB: `kept` holds single values (the token, whose it is, the
// checkpoint of sync), `records` what the server has, `changes` what it does not have yet.
// It is not encrypted: see docs/decisions.md. Signing out deletes all of it.

const NAME = "fortnight";
const VERSION = 1;

let opened = null;

function open() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("kept");
      const records = request.result.createObjectStore("records", { keyPath: ["collection", "id"] });
      records.createIndex("byDate", ["collection", "date"]);
      request.result.createObjectStore("changes", { keyPath: ["collection", "id"] });
    };
    request.onsuccess = () => {
      const database = request.result;
      // Another tab signs out, or brings a newer version: let go, and begin anew when asked.
      database.onversionchange = () => {
        database.close();
        opened = null;
      };
      database.onclose = () => (opened = null);
      resolve(database);
    };
    request.onerror = () => reject(request.error);
  });
  opened.catch(() => (opened = null));
  return opened;
}

/** The result of one request to the database. */
export const result = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/**
 * Runs `work(stores)` in one transaction and waits until it is on disk. `work` may await nothing
 * but `result(…)` of its own stores: a transaction ends when nothing is asked of it.
 */
export async function transact(names, mode, work) {
  const database = await open();
  const transaction = database.transaction(names, mode, { durability: "strict" });
  const done = new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error ?? new DOMException("Nothing was kept.", "AbortError"));
  });
  const stores = Object.fromEntries(names.map((name) => [name, transaction.objectStore(name)]));
  try {
    const answer = await work(stores);
    await done;
    return answer;
  } catch (error) {
    done.catch(() => {});
    if (transaction.error === null) abort(transaction);
    throw error;
  }
}

function abort(transaction) {
  try {
    transaction.abort();
  } catch (error) {
    if (error.name !== "InvalidStateError") throw error; // it had ended by itself
  }
}

export const read = (key) => transact(["kept"], "readonly", ({ kept }) => result(kept.get(key)));

export const keep = (key, value) =>
  transact(["kept"], "readwrite", ({ kept }) => result(kept.put(value, key)));

export const forget = (key) =>
  transact(["kept"], "readwrite", ({ kept }) => result(kept.delete(key)));

/** Deletes everything that this device knows. */
export async function wipe() {
  if (opened) (await opened).close();
  opened = null;
  await new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(NAME);
    request.onsuccess = resolve;
    request.onerror = () => reject(request.error);
  });
}

// ---- Telling the other screens and tabs -------------------------------------------------------

const channel = new BroadcastChannel("fortnight");
const listeners = new Set();

/** Calls `listener(what)` after each change, made in this tab or another, until `signal` aborts. */
export function onChange(listener, { signal } = {}) {
  listeners.add(listener);
  signal?.addEventListener("abort", () => listeners.delete(listener));
}

/** `what`: "diary", "saving", "session". */
export function tell(what) {
  channel.postMessage(what);
  for (const listener of [...listeners]) listener(what);
}

channel.onmessage = ({ data }) => {
  for (const listener of [...listeners]) listener(data);
};

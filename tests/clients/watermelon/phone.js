// A phone whose diary lies in WatermelonDB.
import watermelon from "@nozbe/watermelondb";
import loki from "@nozbe/watermelondb/adapters/lokijs/index.js";
import { keepInStep } from "./handlers.js";

const { Database, Model, appSchema, tableSchema } = watermelon;

// Optional, every one: a number that was not recorded is null, and must not become 0.
const columns = (names, type) => names.map((name) => ({ name, type, isOptional: true }));

const schema = appSchema({
  version: 1,
  tables: [
    tableSchema({
      name: "entries",
      columns: [...columns(["pain", "mood", "sleep_hours", "worry", "self_harm_thoughts"], "number"), ...columns(["note"], "string")],
    }),
    tableSchema({
      name: "activities",
      columns: [...columns(["minutes"], "number"), ...columns(["date", "kind", "note"], "string")],
    }),
  ],
});

class Entry extends Model { static table = "entries"; }
class Activity extends Model { static table = "activities"; }

export async function open(device, onTrouble) {
  const pull = device.pull.bind(device);
  device.pull = (checkpoint) => pull({ ...checkpoint, limit: 50 });
  const adapter = new loki.default({
    schema, useWebWorker: false, useIncrementalIndexedDB: true, extraLokiOptions: { autosave: false },
  });
  const database = new Database({ adapter, modelClasses: [Entry, Activity] });
  const found = (name) => database.get(name).query().fetch();
  const one = async (name, id) => (await found(name)).find((record) => record.id === id);

  return {
    async write(name, id, fields) {
      const stored = await one(name, id);
      const set = (record) => Object.entries(fields).forEach(([field, value]) => record._setRaw(field, value));
      await database.write(() => stored
        ? stored.update(set)
        : database.get(name).create((record) => { record._raw.id = id; set(record); }));
    },
    async remove(name, id) {
      const stored = await one(name, id);
      await database.write(() => stored.markAsDeleted());
    },
    async all(name) {
      return Object.fromEntries((await found(name)).map(({ _raw: { _status, _changed, ...raw } }) => [raw.id, raw]));
    },
    // Watermelon leaves it to the app to try again.
    async sync() {
      for (let attempt = 1; ; attempt++) {
        try {
          return await keepInStep(database, device, { onTrouble });
        } catch (error) {
          if (attempt === 60 || !/network|sync answers/.test(error.message)) throw error;
        }
      }
    },
    close: async () => {},
  };
}

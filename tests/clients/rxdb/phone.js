// A phone whose diary lies in RxDB.
import { createRxDatabase } from "rxdb/plugins/core";
import { getRxStorageMemory } from "rxdb/plugins/storage-memory";
import { keepInStep } from "./handlers.js";

const number = { type: "number" };
const text = { type: "string" };

function schema(fields) {
  const id = { type: "string", maxLength: 40 };
  return { version: 0, primaryKey: "id", type: "object", properties: { id, rev: number, ...fields } };
}

const COLLECTIONS = {
  entries: { schema: schema({ pain: number, mood: number, sleep_hours: number, worry: number, self_harm_thoughts: number, note: text }) },
  activities: { schema: schema({ date: text, kind: text, minutes: number, note: text }) },
};

export async function open(device, onTrouble) {
  const database = await createRxDatabase({ name: crypto.randomUUID(), storage: getRxStorageMemory() });
  const collections = await database.addCollections(COLLECTIONS);

  return {
    async write(name, id, fields) {
      const stored = await collections[name].findOne(id).exec();
      if (stored) await stored.incrementalPatch(fields);
      else await collections[name].insert({ id, ...fields });
    },
    async remove(name, id) {
      await (await collections[name].findOne(id).exec()).remove();
    },
    async all(name) {
      const documents = await collections[name].find().exec();
      return Object.fromEntries(documents.map((document) => [document.id, document.toMutableJSON()]));
    },
    // Until all is pulled and pushed: RxDB itself tries again where the network fails.
    async sync() {
      for (const collection of Object.values(collections)) {
        const running = keepInStep(collection, device, {
          onTrouble, batchSize: 50, live: false, retryTime: 5, waitForLeadership: false,
        });
        await running.awaitInitialReplication();
        await running.cancel();
      }
    },
    close: () => database.close(),
  };
}

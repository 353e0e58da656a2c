import { synchronize } from "@nozbe/watermelondb/sync/index.js";

// Brings a WatermelonDB database and the server in step, once.
export async function keepInStep(database, device, { onTrouble }) {
  const { store } = device;
  await synchronize({
    database,
    sendCreatedAsUpdated: true,
    conflictResolver,
    async pullChanges({ lastPulledAt }) {
      const latest = new Map(); // a record that changes between two pages comes twice
      // Watermelon's counting begins at 1.
      let page, checkpoint = lastPulledAt ? { seq: lastPulledAt - 1, epoch: store.epoch } : {};
      do {
        page = await device.pull(checkpoint);
        for (const each of page.documents) latest.set(`${each.collection} ${each.id}`, each);
        checkpoint = page.checkpoint;
      } while (page.has_more);
      store.epoch = checkpoint.epoch;
      const changes = {};
      for (const { collection, deleted, ...record } of latest.values()) {
        if (!database.schema.tables[collection]) continue; // of no use to this version of the app
        changes[collection] ??= { created: [], updated: [], deleted: [] };
        if (deleted) changes[collection].deleted.push(record.id);
        else changes[collection].updated.push(record);
      }
      return { changes, timestamp: checkpoint.seq + 1 };
    },
    async pushChanges({ changes, lastPulledAt }) {
      const base = lastPulledAt - 1; // all that is older has just been pulled
      const all = Object.entries(changes).flatMap(([collection, { created, updated, deleted }]) => [
        ...created.map((raw) => ({ collection, id: raw.id, base, set: recorded(raw) })),
        ...updated.map((raw) => ({ collection, id: raw.id, base, set: changed(raw) })),
        ...deleted.map((id) => ({ collection, id, base, delete: true })),
      ]);
      const experimentalRejectedIds = {}; // these stay changed, and are pushed again next time
      // Fifty at a time are, even with the longest notes, less than 1 MiB.
      for (let first = 0; first < all.length; first += 50) {
        const { results } = await device.push(all.slice(first, first + 50));
        for (const [place, result] of results.entries()) {
          if (result.status !== "rejected" && result.status !== "conflict") continue;
          const { collection, id } = all[first + place];
          (experimentalRejectedIds[collection] ??= []).push(id);
          onTrouble(result);
        }
      }
      return { experimentalRejectedIds };
    },
  });
}

// Watermelon would drop what this device wrote on a day that another has begun too.
function conflictResolver(table, local, remote, resolved) {
  if (local._status !== "created") return resolved;
  const mine = recorded(local);
  return { ...resolved, ...mine, _status: "updated", _changed: Object.keys(mine).join(",") };
}

const recorded = ({ id, _status, _changed, ...columns }) =>
  Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== null));

const changed = (raw) =>
  Object.fromEntries(raw._changed.split(",").map((name) => [name, raw[name]]));

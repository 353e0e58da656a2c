import { replicateRxCollection } from "rxdb/plugins/replication";

// Keeps one RxDB collection in step with the collection of the same name on the server.
export function keepInStep(collection, device, { onRejected, batchSize = 200, ...options }) {
  return replicateRxCollection({
    collection,
    replicationIdentifier: `fortnight-${collection.name}`,
    deletedField: "deleted",
    pull: {
      batchSize,
      async handler(checkpoint, limit) {
        return device.pull({ ...checkpoint, collection: collection.name, limit });
      },
      modifier: ({ collection, ...fields }) => fields,
    },
    push: {
      batchSize,
      async handler(rows) {
        const changes = rows.map(({ newDocumentState: mine, assumedMasterState: seen = {} }) => {
          const change = { collection: collection.name, id: mine.id, base: seen.rev ?? 0 };
          const { id, rev, deleted, ...set } = difference(mine, seen);
          return mine.deleted ? { ...change, delete: true } : { ...change, set };
        });
        const { results } = await device.push(changes);
        // RxDB takes what is returned here in place of its own: what was merged, what clashed,
        // and what was there before a change that cannot be taken.
        return results.flatMap(({ document, ...result }, place) => {
          const { newDocumentState: mine, assumedMasterState: seen } = rows[place];
          if (result.status === "rejected") onRejected(result);
          const { collection, ...theirs } = document ?? seen ?? { id: mine.id, deleted: true };
          return Object.keys(difference(mine, theirs)).length ? [theirs] : [];
        });
      },
    },
    ...options,
  });
}

// What turns `seen` into `mine`, as a merge patch: null clears.
function difference(mine, seen) {
  const names = Object.keys({ ...seen, ...mine });
  const isObject = (value) => value && typeof value === "object" && !Array.isArray(value);
  const differs = (name) => JSON.stringify(mine[name] ?? null) !== JSON.stringify(seen[name] ?? null);
  return Object.fromEntries(names.filter(differs).map((name) => {
    const both = isObject(mine[name]) && isObject(seen[name]);
    return [name, both ? difference(mine[name], seen[name]) : mine[name] ?? null];
  }));
}

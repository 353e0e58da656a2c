import { replicateRxCollection } from "rxdb/plugins/replication";

// Keeps one RxDB collection in step with the collection of the same name on the server.
export function keepInStep(collection, device, { onTrouble, batchSize = 200, ...options }) {
  const { name } = collection;
  const told = new Map(); // by id, what the last push was answered: a pull may be older than that
  const newest = ({ collection, ...fields }) =>
    told.get(fields.id)?.rev > fields.rev ? told.get(fields.id) : fields;
  const note = ({ epoch }) => {
    if (told.epoch !== epoch) told.clear(); // the server was restored: revisions begin anew
    told.epoch = epoch;
  };

  return replicateRxCollection({
    collection,
    replicationIdentifier: `fortnight-${name}`,
    deletedField: "deleted",
    pull: {
      batchSize,
      async handler(checkpoint, limit) {
        const page = await device.pull({ ...checkpoint, collection: name, limit });
        note(page.checkpoint);
        return { ...page, documents: page.documents.map(newest) };
      },
    },
    push: {
      batchSize: 50, // even with the longest notes less than 1 MiB
      async handler(rows) {
        const changes = rows.map(({ newDocumentState: mine, assumedMasterState: seen = {} }) => {
          const { id, rev, deleted, ...set } = difference(mine, seen);
          const change = { collection: name, id: mine.id, base: seen.rev ?? 0 };
          return mine.deleted ? { ...change, delete: true } : { ...change, set };
        });
        const { results, checkpoint } = await device.push(changes);
        note(checkpoint);
        // What is returned takes the place of what the device has: what was merged, what
        // clashed, or what was there before a change that cannot be taken.
        return results.flatMap(({ document, ...result }, place) => {
          const { newDocumentState: mine, assumedMasterState: seen } = rows[place];
          if (result.status === "rejected" || result.status === "conflict") onTrouble(result, mine);
          const { collection, ...theirs } = document ?? seen ?? { id: mine.id, deleted: true };
          if (document) told.set(theirs.id, theirs);
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

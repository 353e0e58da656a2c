// One installed app: its name for the server, its batches, and the two calls of sync.
// `store` is anything that outlives the app, like localStorage; `onSupport` shows help lines, at once.
export class Device {
  constructor({ url, token, store, onSupport, fetch = globalThis.fetch }) {
    const headers = { "X-Session-Token": token, "Content-Type": "application/json" };
    this.ask = (query, more) => fetch(`${url}/api/v1/sync${query}`, { headers, ...more });
    Object.assign(this, { store, onSupport });
    this.last = Promise.resolve();
  }

  // The page of changes behind a checkpoint, or the first one.
  async pull({ seq = 0, epoch, ...query }) {
    const from = new URLSearchParams({ since: seq, ...(epoch && { epoch }), ...query });
    const answer = await this.ask(`?${from}`);
    if (answer.status === 410) return this.pull(query); // the server was restored: all anew
    return read(answer);
  }

  // One batch after the other: one that is overtaken would be stale.
  push(changes) {
    const mine = this.last.then(() => this.send(changes));
    this.last = mine.catch(() => {});
    return mine;
  }

  async send(changes) {
    this.store.client ??= crypto.randomUUID();
    this.store.batch = Number(this.store.batch ?? 0) + 1; // every try has a number of its own
    const { client, batch } = this.store;
    const body = JSON.stringify({ client, batch: Number(batch), schema: 1, changes });
    const answer = await this.ask("", { method: "POST", body });
    if (answer.status === 409) delete this.store.client; // an old copy of this app: begin anew
    const content = await read(answer);
    if (content.support) this.onSupport(content.support);
    return content;
  }
}

async function read(answer) {
  if (!answer.ok) throw new Error(`sync answers ${answer.status}`);
  return answer.json();
}

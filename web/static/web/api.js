// The public API, as any client uses it: JSON and X-Session-Token, no cookies.

import { ownZone } from "./dates.js";
import { SomebodyElse } from "./session.js";
import { read } from "./store.js";

const APP = "web/1.0.0";

/** There is no network, or the server cannot be reached: try again later. */
export class Offline extends Error {}

/** The server answered that something is wrong; `problem` is its RFC 9457 body. */
export class Problem extends Error {
  constructor(status, problem) {
    super(problem?.detail || problem?.title || `The server answered ${status}.`);
    this.status = status;
    this.problem = problem ?? {};
    this.name = String(this.problem.type ?? "").split("/").pop();
  }
}

let unauthenticated = () => {};

/** Whom to tell when the server no longer knows this session. */
export const onUnauthenticated = (listener) => (unauthenticated = listener);

/** An answer as it came. Throws `Offline`, and nothing else. */
export async function send(method, path, body, { token, headers = {}, signal } = {}) {
  const known = token === undefined ? await read("token") : token;
  try {
    return await fetch(path, {
      method,
      signal,
      credentials: "omit",
      cache: "no-store",
      headers: {
        "X-App": APP,
        "X-Timezone": ownZone(),
        ...(body !== undefined && { "Content-Type": "application/json" }),
        ...(known && { "X-Session-Token": known }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Offline("There is no connection.");
  }
}

/** What came back is of somebody who is no longer signed in here: nobody may see it. */
const refuseOthers = async (known) => {
  if ((await read("token")) !== known) throw new SomebodyElse();
};

/** What `/api/v1/<path>` answers, read; null for 204. Throws `Offline` and `Problem`. */
export async function ask(method, path, body, options) {
  const token = options?.token === undefined ? await read("token") : options.token;
  const answer = await send(method, `/api/v1/${path}`, body, { ...options, token: token ?? null });
  const content = await contentOf(answer);
  if (token !== null) await refuseOthers(token);
  if (answer.status === 401) unauthenticated();
  if (answer.status >= 502 && answer.status <= 504) throw new Offline("The server is not there.");
  if (!answer.ok) throw new Problem(answer.status, content);
  return content;
}

async function contentOf(answer) {
  const text = await answer.text();
  if (!text) return null;
  try {
    return JSON.parse(text);
  } catch {
    return { detail: `The server answered ${answer.status}.` };
  }
}

export const get = (path, options) => ask("GET", path, undefined, options);
export const post = (path, body, options) => ask("POST", path, body, options);
export const put = (path, body, options) => ask("PUT", path, body, options);
export const patch = (path, body, options) => ask("PATCH", path, body, options);
export const remove = (path, options) => ask("DELETE", path, undefined, options);

// The person's settings and the vocabulary, kept for when there is no network.

import { get, patch } from "./api.js";
import { ownZone, todayIn } from "./dates.js";
import { holder, keepFor, session } from "./session.js";
import { keep, read, tell } from "./store.js";

const ANYBODY = { day_starts_at: 0, asks_self_harm: true, country: null };

/** The settings as they were last heard of. */
export const me = async () => (await read("me")) ?? { ...ANYBODY, time_zone: ownZone() };

/** The date of the person's own day now. */
export async function today(now = new Date()) {
  const { time_zone: zone, day_starts_at: dayStartsAt } = await me();
  return todayIn(zone, dayStartsAt, now);
}

export async function refreshMe() {
  const here = await session();
  if (!here) return;
  await keepFor(here.id, "me", await get("me", { token: here.token }));
  tell("me");
}

export async function changeMe(set) {
  const whose = holder();
  await keepFor(whose, "me", await patch("me", set));
  tell("me");
}

/** What can be recorded: see `GET /api/v1/measures`. */
export async function vocabulary() {
  return (await read("vocabulary")) ?? refreshVocabulary();
}

export async function refreshVocabulary() {
  const found = await get("measures");
  await keep("vocabulary", found);
  return found;
}

// One day of somebody who keeps a diary, through a client that was made from docs/openapi.yaml.
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

type Entry = components["schemas"]["Entry"];

const [url, email, password, today] = process.argv.slice(2) as [string, string, string, string];

async function signIn(): Promise<string> {
  const answer = await fetch(`${url}/_allauth/app/v1/auth/login`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ email, password }),
  });
  const said = (await answer.json()) as { meta: { session_token: string } };
  return said.meta.session_token;
}

function known<T>(told: { data?: T; error?: { title: string } }): T {
  if (told.data === undefined) throw new Error(told.error?.title ?? "no answer");
  return told.data;
}

const diary = createClient<paths>({
  baseUrl: url,
  headers: { "X-Session-Token": await signIn(), "X-App": "typescript-test/1.0" },
});
const params = { path: { date: today } };

const written = known(
  await diary.PATCH("/api/v1/entries/{date}", {
    params,
    body: { pain: 6.5, mood: 3, self_harm_thoughts: 1 },
  }),
);
const read: Entry = known(await diary.GET("/api/v1/entries/{date}", { params }));
const refused = await diary.PATCH("/api/v1/entries/{date}", { params, body: { pain: 11 } });
const trends = known(
  await diary.GET("/api/v1/trends", { params: { query: { measures: "pain", bin: "day" } } }),
);
const patterns = known(await diary.GET("/api/v1/patterns"));
const { data: reminder } = await diary.POST("/api/v1/reminders", {
  body: { kind: "entry", times: ["20:30"] },
});
const reminders = known(await diary.GET("/api/v1/reminders"));
const { response: deleted } = await diary.DELETE("/api/v1/entries/{date}", { params });
const { error: gone } = await diary.GET("/api/v1/entries/{date}", { params });

console.log(
  JSON.stringify({
    pain: read.pain,
    rev: [written.rev, read.rev],
    phone: written.support?.lines[0]?.phone,
    refused: refused.error?.errors[0]?.code,
    drawn: trends.series["pain"]?.value.at(-1),
    state: patterns.state.symptom_pattern.status,
    reminders: [reminder?.id, ...reminders.items.map((one) => one.id)],
    deleted: deleted.status,
    gone: gone?.status,
  }),
);

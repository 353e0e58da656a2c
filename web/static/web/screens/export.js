// Everything in one file: asked for, written by a job, fetched.

import { get, post, send, Problem } from "../api.js";
import { h, put } from "../dom.js";

export const title = "Take your diary with you";

const LOOK_AGAIN = 1_000; // milliseconds

export async function show(place, { signal }) {
  const list = h("div", {});
  const said = h("p", { class: "error", role: "alert" });
  const draw = async () => {
    const { items } = await get("exports", { signal });
    put(list, items.length > 0 && h("ul", { class: "rows" }, items.map((each) => row(each, said))));
    return items.some(({ status }) => status === "queued" || status === "running");
  };
  const follow = async () => {
    while (await draw()) await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN));
  };
  const ask = h("button", { type: "button", class: "button", onclick: async () => {
    ask.disabled = true;
    said.textContent = "";
    try {
      await post("exports", { formats: ["json", "csv"] }, { signal, headers: { "Idempotency-Key": crypto.randomUUID() } });
      await follow();
    } catch (error) {
      if (error.name !== "AbortError") said.textContent = error.message;
    } finally {
      ask.disabled = false;
    }
  } }, "Make a file");
  const more = await draw();
  place.append(
    h("h1", {}, title),
    h("p", { class: "lead" }, "A file of all you have written, and of what was found in it."),
    h("p", {}, "It is a zip. Inside is one table for each list, for a spreadsheet, and one file that Fortnight can read back."),
    h("div", {}, ask), said, list);
  if (more) follow().catch((error) => error.name !== "AbortError" && (said.textContent = error.message));
}

function row({ id, status, progress, created_at: at, download }, said) {
  const made = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" }).format(new Date(at));
  const words = {
    queued: "waiting", running: `${Math.round(progress * 100)} %`, failed: "did not work: make it again",
  }[status];
  return h("li", { class: "row" }, h("span", {}, made),
    download
      ? h("button", { type: "button", class: "button quiet", onclick: () => fetchFile(id, download, said) }, "Save the file")
      : h("span", { class: "fold-said", role: "status" }, words));
}

/** The file needs the session's token, so no plain link can fetch it. */
async function fetchFile(id, path, said) {
  try {
    const answer = await send("GET", path);
    if (!answer.ok) throw new Problem(answer.status, await answer.json());
    const address = URL.createObjectURL(await answer.blob());
    h("a", { href: address, download: "fortnight.zip" }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  } catch (error) {
    said.textContent = error.message;
  }
}

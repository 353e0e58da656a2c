// Where the app begins.

import { Offline, Problem, onUnauthenticated } from "./api.js";
import { h, svg } from "./dom.js";
import { refreshMe, refreshVocabulary } from "./me.js";
import { keepWorker } from "./offline.js";
import { followSession } from "./push.js";
import { show, start } from "./router.js";
import { tellOfSaving } from "./saving.js";
import { TABS } from "./screens.js";
import { isSignedIn, lapse, onSession } from "./session.js";
import { onChange } from "./store.js";
import { aboutOf, forgetHelp, helpFrom, prepareHelp, refreshSupport } from "./support.js";
import { keepInStep, now as sync, onSupport } from "./sync.js";

function drawTabs() {
  const nav = document.getElementById("tabs");
  nav.append(...TABS.map(({ name, label, icon }) =>
    h("a", { href: `#/${name}`, "data-tab": name },
      svg("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, svg("path", { d: icon })),
      h("span", {}, label))));
  nav.hidden = false;
}

/** Fetches anew what is kept for when there is no network; without one, what is kept will do. */
async function refresh() {
  const jobs = (await isSignedIn())
    ? [refreshMe().then(refreshSupport), refreshVocabulary()]
    : [refreshSupport()];
  for (const { reason } of await Promise.allSettled(jobs)) {
    const known = reason instanceof Offline || reason instanceof Problem || reason instanceof DOMException;
    if (reason && !known) throw reason;
  }
}

drawTabs();
onUnauthenticated(lapse);
onSupport((block, changes) => helpFrom(block, aboutOf(changes)));
onSession(async () => {
  forgetHelp();
  await show();
  await refresh();
  await sync();
});
onChange((what) => what === "me" && refreshSupport().catch(() => {}));
addEventListener("online", refresh);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && refresh());

prepareHelp();
start();
tellOfSaving();
keepInStep();
followSession();
refresh();
keepWorker();
document.documentElement.dataset.ready = "";

// The service worker keeps the app itself, so that it opens without a network.

import { h, put } from "./dom.js";

/** Registers the worker, and offers a newer edition of the app when one has been fetched. */
export async function keepWorker() {
  if (!("serviceWorker" in navigator)) return;
  const { serviceWorker } = navigator;
  let kept = Boolean(serviceWorker.controller); // whether an edition of the app is kept already
  serviceWorker.addEventListener("controllerchange", () => {
    if (kept) location.reload(); // the person took the newer one
    kept = true;
  });
  try {
    const registration = await serviceWorker.register("/sw.js");
    if (registration.waiting && kept) offer(registration.waiting);
    registration.addEventListener("updatefound", () => {
      const coming = registration.installing;
      coming.addEventListener("statechange", () => {
        if (coming.state === "installed" && kept) offer(coming);
      });
    });
  } catch (error) {
    // A private window may refuse: then the app works with a network only.
    if (!["SecurityError", "TypeError", "NotSupportedError"].includes(error.name)) throw error;
  }
}

function offer(worker) {
  const bar = h("div", { class: "newer", role: "status" });
  put(bar, h("span", {}, "A newer version is here."),
    h("button", { type: "button", class: "button quiet", onclick: () => worker.postMessage("take over") },
      "Use it"));
  document.getElementById("main").before(bar);
}

// Keeps the app, never the diary: EDITION and FILES stand above, written by the server.
// The diary itself lies in IndexedDB, where the page keeps it.

importScripts("/static/web/pushes.js");

const CACHE = `fortnight-${EDITION}`;
const PACKAGES = "/static/packages/";

self.addEventListener("install", (event) => {
  event.waitUntil(fill());
  if (!self.registration.active) self.skipWaiting();
});

async function fill() {
  const cache = await caches.open(CACHE);
  await cache.addAll(FILES.map((file) => new Request(file, { cache: "reload" })));
}

self.addEventListener("activate", (event) => {
  event.waitUntil(tidy().then(() => self.clients.claim()));
});

async function tidy() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith("fortnight-") && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
}

// A page of the old edition goes on with its own files until it says so.
self.addEventListener("message", ({ data }) => {
  if (data === "take over") self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (FILES.includes(pathname)) event.respondWith(kept(pathname, request));
  else if (pathname.startsWith(PACKAGES)) event.respondWith(keptOnceFetched(request));
});

async function kept(pathname, request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(pathname)) ?? fetch(request);
}

/** What charts are drawn with: its version is in its address, and only who looks at charts needs it. */
async function keptOnceFetched(request) {
  const cache = await caches.open(CACHE);
  const known = await cache.match(request);
  if (known) return known;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}

// The part of the service worker that hears pushes: shows them as they were sent, tells the server
// that they were shown or opened, and keeps what it could not tell until it can. A worker
// has one scope for all of its scripts: these names are of here alone.

(() => {
  const NAME = "fortnight"; // the page's database, see store.js
  const TOLD = "receipts not sent";

  self.addEventListener("push", (event) => event.waitUntil(came(event.data.json())));

  async function came({ occurrence, tag, title, body, withdraw }) {
    if (withdraw) {
      for (const shown of await self.registration.getNotifications({ tag })) shown.close();
      return;
    }
    await self.registration.showNotification(title, {
      body, tag, data: { occurrence }, icon: "/static/web/icons/icon-192.png",
    });
    await sendReceipts([{ occurrence, shown_at: new Date().toISOString() }]);
  }

  self.addEventListener("notificationclick", (event) => {
    event.notification.close();
    event.waitUntil(opened(event.notification.data?.occurrence));
  });

  async function opened(occurrence) {
    const pages = await self.clients.matchAll({ type: "window" });
    const page = pages.find((one) => "focus" in one);
    if (page) await page.focus();
    else await self.clients.openWindow("/#/today");
    if (occurrence) await tell(`occurrences/${occurrence}/opened`);
  }

  // The page is open, or the network is back: see push.js.
  self.addEventListener("message", (event) => {
    if (event.data === "send receipts") event.waitUntil(sendReceipts([]));
  });

  /** The browser has given this device another address. */
  self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(event)));

  async function renew({ newSubscription, oldSubscription }) {
    const subscription = newSubscription
      ?? (await self.registration.pushManager.subscribe(oldSubscription.options));
    const { endpoint, keys } = subscription.toJSON();
    const answer = await tell("devices", { platform: "webpush", app: "web", address: { endpoint, ...keys } });
    if (answer?.ok) await write("device", (await answer.json()).id);
  }

  async function sendReceipts(more) {
    const device = await read("device");
    if (!device) return;
    const receipts = [...((await read(TOLD)) ?? []), ...more.map((one) => ({ ...one, device }))].slice(-200);
    if (!receipts.length) return;
    const answer = await tell("deliveries/receipts", { receipts });
    await write(TOLD, answer && answer.status < 500 ? [] : receipts);
  }

  /** Asks the API as this device's person; null where there is no network, or nobody is signed in. */
  async function tell(path, body) {
    const token = await read("token");
    if (!token) return null;
    try {
      return await fetch(`/api/v1/${path}`, {
        method: "POST",
        credentials: "omit",
        headers: { "X-Session-Token": token, "X-App": "web/1.0.0", ...(body && { "Content-Type": "application/json" }) },
        body: body && JSON.stringify(body),
      });
    } catch {
      return null;
    }
  }

  const read = (key) => kept("readonly", (store) => store.get(key));
  const write = (key, value) => kept("readwrite", (store) => store.put(value, key));

  /** What one request to what the page keeps gives; undefined where there is no such database. */
  function kept(mode, ask) {
    return new Promise((resolve, reject) => {
      const opening = indexedDB.open(NAME);
      opening.onupgradeneeded = () => opening.transaction.abort(); // nobody is signed in here
      opening.onerror = () => resolve(undefined);
      opening.onsuccess = () => {
        const database = opening.result;
        const asked = ask(database.transaction("kept", mode).objectStore("kept"));
        asked.transaction.oncomplete = () => {
          database.close();
          resolve(asked.result);
        };
        asked.transaction.onabort = () => {
          database.close();
          reject(asked.transaction.error);
        };
      };
    });
  }
})();

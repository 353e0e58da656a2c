// Reminders in this browser by Web Push: asking for them, and letting go of them.

import { post, remove } from "./api.js";
import { browserName } from "./browsers.js";
import { bytesOf } from "./bytes.js";
import { account, isSignedIn, onSession } from "./session.js";
import { forget, keep, read } from "./store.js";

export const canPush = () =>
  "serviceWorker" in navigator && "PushManager" in globalThis && "Notification" in globalThis;

/** "unsupported", "refused" (the browser was told to), "off" or "on", for this browser. */
export async function pushState() {
  if (!canPush()) return "unsupported";
  if (Notification.permission === "denied") return "refused";
  const [device, subscription] = await Promise.all([read("device"), subscriptionHere()]);
  return device && subscription ? "on" : "off";
}

async function subscriptionHere() {
  const registration = await navigator.serviceWorker.getRegistration();
  return (await registration?.pushManager.getSubscription()) ?? null;
}

/**
 * Asks the browser, and registers it as a device. `key` is `web_push_key` of the settings.
 * Returns the state after it.
 */
export async function turnOn(key) {
  if ((await Notification.requestPermission()) !== "granted") return pushState();
  const { pushManager } = await navigator.serviceWorker.ready;
  const before = await pushManager.getSubscription();
  if (before && !sameKey(before.options.applicationServerKey, key)) await before.unsubscribe();
  const subscription = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytesOf(key) });
  const { endpoint, keys: { p256dh, auth } } = subscription.toJSON();
  const { id } = await post("devices", {
    platform: "webpush", app: "web", label: browserName(), address: { endpoint, p256dh, auth },
  });
  await keep("device", id);
  return "on";
}

export async function turnOff() {
  await removeThisDevice();
  await forget("device");
  await unsubscribe();
  return pushState();
}

/** The server sends this browser nothing more. Throws `Offline` and `Problem`. */
export async function removeThisDevice() {
  const device = await read("device");
  if (!device) return;
  try {
    await remove(`devices/${device}`);
  } catch (error) {
    if (error.status !== 404 && error.status !== 401) throw error; // it is gone already
  }
}

/** This browser takes no more pushes, whoever sends them. */
const unsubscribe = async () => (await subscriptionHere())?.unsubscribe();

/** What was shown while there was no network is told now; and who has signed out gets nothing. */
export function followSession() {
  if (!canPush()) return;
  const tell = async () => (await navigator.serviceWorker.ready).active.postMessage("send receipts");
  const settle = async () => {
    const registered = await read("device"); // it leaves this device with its person
    if (!registered && (await isSignedIn() || !(await account()))) await unsubscribe();
    if (await isSignedIn()) await tell();
  };
  addEventListener("online", tell);
  onSession(settle);
  settle();
}

function sameKey(buffer, key) {
  const wanted = bytesOf(key);
  const had = new Uint8Array(buffer ?? []);
  return had.length === wanted.length && had.every((byte, at) => byte === wanted[at]);
}

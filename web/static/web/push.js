// Reminders in this browser by Web Push: asking for them, and letting go of them.

import { post, remove } from "./api.js";
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
  const device = await read("device");
  if (device) await remove(`devices/${device}`);
  await letGo();
  return pushState();
}

/** This browser takes no more pushes, whoever sends them. */
async function letGo() {
  await forget("device");
  await (await subscriptionHere())?.unsubscribe();
}

/** What was shown while there was no network is told now; and who has signed out gets nothing. */
export function followSession() {
  if (!canPush()) return;
  const tell = async () => (await navigator.serviceWorker.ready).active.postMessage("send receipts");
  addEventListener("online", tell);
  onSession(async () => {
    if (await isSignedIn()) await tell();
    else if (!(await account())) await (await subscriptionHere())?.unsubscribe(); // not where it only lapsed
  });
}

/** The key as the browser wants it. */
function bytesOf(base64url) {
  const text = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

function sameKey(buffer, key) {
  const wanted = bytesOf(key);
  const had = new Uint8Array(buffer ?? []);
  return had.length === wanted.length && had.every((byte, at) => byte === wanted[at]);
}

/** "Firefox on Linux", as far as a browser says. */
export function browserName({ userAgent, userAgentData } = navigator) {
  const brand = [["Edg/", "Edge"], ["OPR/", "Opera"], ["Firefox/", "Firefox"], ["Chrome/", "Chrome"], ["Safari/", "Safari"]]
    .find(([mark]) => userAgent.includes(mark))?.[1] ?? "Browser";
  const system = userAgentData?.platform
    || ["Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux"].find((name) => userAgent.includes(name));
  return system ? `${brand} on ${system}` : brand;
}

// Where reminders are sent: each can be muted, tried out, and removed.

import { get, post, remove } from "../api.js";
import { addDays, instantAt } from "../dates.js";
import { h, put } from "../dom.js";
import { me, today } from "../me.js";
import { turnOff } from "../push.js";
import { clockIn } from "../reminders.js";
import { empty, failure } from "../states.js";
import { read } from "../store.js";

export const title = "Devices";

const PLATFORMS = { fcm: "Android", apns: "Apple", webpush: "Browser" };
const STATES = {
  dead: "Its address no longer works. Turn reminders on there again.",
  suspended: "Sending to it failed several times; it is tried again later.",
};

export async function show(place, { signal }) {
  const list = h("div");
  const clock = clockIn((await me()).time_zone);
  const draw = async () => {
    const [{ items }, mine, now] = await Promise.all([get("devices?limit=100", { signal }), read("device"), today()]);
    put(list, items.length
      ? h("ul", { class: "rows" }, items.map((device) => row(device, device.id === mine, now, clock, again)))
      : empty("No devices yet", h("p", {}, "Turn reminders on in this browser, or in an app on your phone."),
        h("a", { class: "button quiet", href: "#/reminders" }, "Reminders")));
  };
  const again = () => draw().catch((error) => put(list, failure(error, again)));
  await draw();
  place.append(h("p", {}, h("a", { href: "#/reminders" }, "All reminders")), h("h1", {}, title), list);
}

function row(device, isThis, now, clock, again) {
  const said = h("p", { class: "hint", role: "status" });
  const muted = device.muted_until && Date.parse(device.muted_until) > Date.now();
  const act = (words, work, done) => h("button", { type: "button", class: "button quiet small", onclick: async () => {
    try {
      await work();
      if (done) said.textContent = done;
      else await again();
    } catch (error) {
      said.textContent = error.message;
    }
  } }, words);
  const mute = (until) => () => post(`devices/${device.id}/mute`, { until });
  return h("li", { class: "occurrence" },
    h("p", {}, h("strong", {}, device.label ?? PLATFORMS[device.platform]), isThis && " · this browser",
      h("span", { class: "hint" }, STATES[device.state]
        ?? (muted ? `Muted until ${clock.whole(device.muted_until)}` : `${PLATFORMS[device.platform]}, last seen ${clock.whole(device.last_seen_at)}`))),
    h("div", { class: "buttons", role: "group", "aria-label": device.label ?? PLATFORMS[device.platform] },
      act("Try it out", () => post(`devices/${device.id}/test`), "A message is on its way."),
      muted ? act("Unmute", mute(null)) : act("Mute until tomorrow", mute(instantAt(addDays(now, 1), "08:00"))),
      act("Remove", () => (isThis ? turnOff() : remove(`devices/${device.id}`)))),
    said);
}

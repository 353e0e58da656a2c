// Reminders: today's, all that are set, and whether this browser shows them.

import { get, post } from "../api.js";
import { browserName } from "../browsers.js";
import { h, put } from "../dom.js";
import { me } from "../me.js";
import { pushState, turnOff, turnOn } from "../push.js";
import { KINDS, clockIn, isOpen, scheduleSaid, stateSaid } from "../reminders.js";
import { empty } from "../states.js";

export const title = "Reminders";

export async function show(place, { signal }) {
  const [{ items: reminders }, { items: due }, settings] = await Promise.all([
    get("reminders?limit=100", { signal }), get("occurrences", { signal }), get("notification-settings", { signal }),
  ]);
  const clock = clockIn((await me()).time_zone);
  const today = h("div");
  const drawToday = (items, shown = items.filter(({ kind }) => kind !== "test")) => put(today, shown.length > 0 && [h("h2", {}, "Today"),
    h("ul", { class: "rows" }, shown.map((one) => occurrence(one, clock, async () =>
      drawToday((await get("occurrences", { signal })).items))))]);
  drawToday(due);
  place.append(
    h("div", { class: "heading" }, h("h1", {}, title),
      h("a", { class: "button quiet", href: "#/reminder" }, "Add one")),
    settings.paused_until && Date.parse(settings.paused_until) > Date.now()
      ? h("p", { class: "notice" }, "All reminders are paused until ", clock.whole(settings.paused_until), ". ",
        h("a", { href: "#/notifications" }, "Change"))
      : "",
    await here(settings.web_push_key),
    today,
    reminders.length
      ? h("section", {}, h("h2", {}, "Set"), h("ul", { class: "rows" }, reminders.map((one) => row(one, clock))))
      : empty("No reminders are set", h("p", {}, "A reminder comes at an hour of your own day, also when you travel. It never says what it is about.")),
    h("ul", { class: "rows" },
      h("li", {}, h("a", { class: "row", href: "#/notifications" }, h("span", {}, "Quiet hours and pauses",
        h("span", { class: "hint" }, `Quiet from ${settings.quiet_start} to ${settings.quiet_end}`)))),
      h("li", {}, h("a", { class: "row", href: "#/devices" }, h("span", {}, "Devices",
        h("span", { class: "hint" }, "Where reminders are sent"))))));
}

const row = (reminder, clock) =>
  h("li", {}, h("a", { class: "row", href: `#/reminder/${reminder.id}` },
    h("span", {}, reminder.label ?? KINDS[reminder.kind],
      h("span", { class: "hint" }, scheduleSaid(reminder)),
      h("span", { class: "hint" }, !reminder.active ? "Switched off"
        : reminder.next_at ? `Next: ${clock.whole(reminder.next_at)}` : "It does not come again"),
      reminder.warnings.map((words) => h("span", { class: "hint warning" }, words)))));

/** One of today's, with what can still be done about it. */
function occurrence(one, clock, redraw) {
  const said = h("p", { class: "error", role: "alert", hidden: true });
  const act = (label, path, body) => h("button", { type: "button", class: "button quiet small",
    onclick: async () => {
      try {
        await post(`occurrences/${one.id}/${path}`, body);
        await redraw();
      } catch (error) {
        said.hidden = false;
        said.textContent = error.problem?.errors?.[0]?.detail ?? error.message;
      }
    } }, label);
  return h("li", { class: "occurrence" },
    h("p", {}, h("strong", {}, one.time), ` ${KINDS[one.kind] ?? ""}`, h("span", { class: "hint" }, stateSaid(one, clock))),
    isOpen(one) && h("div", { class: "buttons", role: "group", "aria-label": `The one of ${one.time}` },
      [10, 30, 60].map((minutes) => act(`In ${minutes} min`, "snooze", { minutes })),
      act("Tonight", "snooze", { minutes: "tonight" }), act("Not today", "dismiss")),
    said);
}

/** Whether this browser shows reminders, and the switch for it. */
async function here(key) {
  const element = h("section", { class: "card", "aria-label": "This browser" });
  const draw = async (state, trouble) => put(element, h("h2", {}, "In this browser"), ...words(state, key, change),
    trouble && h("p", { class: "error", role: "alert" }, trouble));
  const change = async (turn) => {
    try {
      await draw(await turn());
    } catch (error) {
      await draw(await pushState(), error.message);
    }
  };
  await draw(await pushState());
  return element;
}

function words(state, key, change) {
  const button = (label, turn) => h("button", { type: "button", class: "button quiet", onclick: () => change(turn) }, label);
  if (!key) return [h("p", { class: "quiet-text" }, "This server sends no pushes to browsers. E-mail works.")];
  switch (state) {
    case "on":
      return [h("p", {}, `${browserName()} gets your reminders, also when this page is closed.`),
        h("div", { class: "buttons" }, button("Stop them here", turnOff))];
    case "refused":
      return [h("p", {}, "This browser was told to show no messages of this page. Its settings for this page can change that; e-mail works meanwhile.")];
    case "unsupported":
      return [h("p", {}, "This browser cannot show reminders. On an iPhone it can once the app is on the home screen. E-mail works everywhere.")];
    default:
      return [h("p", {}, "It can show your reminders, also when this page is closed. They never say what they are about."),
        h("div", { class: "buttons" }, button("Show them here", () => turnOn(key)))];
  }
}

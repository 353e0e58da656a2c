// What holds for all reminders: quiet hours, a pause, the week in short, what a lock screen shows.

import { get, patch } from "../api.js";
import { addDays, instantAt } from "../dates.js";
import { h } from "../dom.js";
import { check, field, form, textInput } from "../forms.js";
import { me, today } from "../me.js";
import { clockIn, weekdayName } from "../reminders.js";
import { go } from "../router.js";

export const title = "Quiet hours and pauses";

const PAUSES = [[1, "Until tomorrow"], [3, "For three days"], [7, "For a week"], [28, "For four weeks"]];

export async function show(place, { signal }) {
  const [kept, now] = await Promise.all([get("notification-settings", { signal }), today()]);
  const set = {};
  const time = (name) => textInput({ type: "time", required: true, value: kept[name],
    oninput: (event) => (set[name] = event.target.value) });
  const toggle = (words, name) => check(words, kept[name], (is) => (set[name] = is));
  place.append(
    h("p", {}, h("a", { href: "#/reminders" }, "All reminders")),
    h("h1", {}, title),
    pause(kept, now, clockIn((await me()).time_zone)),
    form({
      send: "Save",
      fields: [
        h("fieldset", { class: "field" }, h("legend", { class: "legend" }, "Quiet hours"),
          h("p", { class: "hint" }, "Nudges and summaries wait for their end. What you set for a minute of your own still comes. The same time twice means none."),
          h("div", { class: "two" }, field("From", time("quiet_start")), field("To", time("quiet_end")))),
        weekly(kept, set),
        toggle("Count the days that I wrote, in reminders", "streak_wording"),
        toggle("Show my own names of reminders on the lock screen", "detail_on_lock_screen"),
        toggle("Tell me, in neutral words, when a pattern opens", "pattern_notice"),
        h("p", { class: "hint" }, "That last one comes only where whoever runs this server allows it."),
      ],
      onSend: async () => {
        await patch("notification-settings", set);
        go("#/reminders");
      },
    }));
}

function pause({ paused_until: until }, now, clock) {
  const on = until && Date.parse(until) > Date.now();
  const said = h("p", { class: "error", role: "alert", hidden: true });
  const act = (words, at) => h("button", { type: "button", class: "button quiet", onclick: async () => {
    try {
      await patch("notification-settings", { paused_until: at });
      go("#/notifications");
    } catch (error) {
      said.hidden = false;
      said.textContent = error.message;
    }
  } }, words);
  return h("section", { class: "card", "aria-label": "Pause" }, h("h2", {}, "Pause"),
    h("p", {}, on ? `Nothing comes before ${clock.whole(until)}.` : "All reminders rest for a while. Nothing is caught up on afterwards."),
    h("div", { class: "buttons" }, on ? act("End the pause", null)
      : PAUSES.map(([days, words]) => act(words, instantAt(addDays(now, days), "08:00")))), said);
}

function weekly(kept, set) {
  const now = { ...(kept.weekly_summary ?? { weekday: 7, time: "18:00", channel: "push" }) };
  const change = (name, value) => {
    now[name] = value;
    set.weekly_summary = { ...now };
  };
  const select = (label, name, options) => {
    const element = h("select", { class: "input", onchange: () => change(name, name === "weekday" ? Number(element.value) : element.value) },
      options.map(([value, words]) => h("option", { value }, words)));
    element.value = now[name];
    return field(label, element);
  };
  const details = h("div", { class: "two" },
    select("On", "weekday", [1, 2, 3, 4, 5, 6, 7].map((day) => [day, weekdayName(day)])),
    field("At", textInput({ type: "time", value: now.time, oninput: (event) => change("time", event.target.value) })),
    select("How", "channel", [["push", "On your devices"], ["email", "By e-mail"]]));
  details.hidden = !kept.weekly_summary;
  return h("div", { class: "form" },
    check("Tell me once a week that my week is ready", Boolean(kept.weekly_summary), (is) => {
      set.weekly_summary = is ? { ...now } : null;
      details.hidden = !is;
    }), details);
}

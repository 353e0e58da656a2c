// One reminder: when it comes, how it comes, and what the next ones are.

import { get, patch, post, remove } from "../api.js";
import { shortDay, shortWeekday } from "../dates.js";
import { h } from "../dom.js";
import { check, field, form, textInput } from "../forms.js";
import { me } from "../me.js";
import { KINDS, clockIn, ruleSaid, weekdayName } from "../reminders.js";
import { go } from "../router.js";

export const title = "Reminder";

const MOST_TIMES = 6;
const BLANK = {
  kind: "entry", label: null, times: ["20:30"], weekdays: [1, 2, 3, 4, 5, 6, 7], every_n_weeks: 1,
  skip_if_entered: true, nudge: null, channels: ["push"], questionnaire: null, active: true,
};
const CHOSEN = ["entry", "questionnaire", "custom"];

export async function show(place, { rest: [id], signal }) {
  const [kept, { items: questionnaires }, preview] = await Promise.all([
    id ? get(`reminders/${encodeURIComponent(id)}`, { signal }) : BLANK,
    get("questionnaires", { signal }),
    id ? get(`reminders/${encodeURIComponent(id)}/preview?count=14`, { signal }) : { items: [] },
  ]);
  const clock = clockIn((await me()).time_zone);
  const now = { ...kept };
  place.append(
    h("p", {}, h("a", { href: "#/reminders" }, "All reminders")),
    h("h1", {}, id ? kept.label ?? KINDS[kept.kind] : "A new reminder"),
    form({
      send: id ? "Save" : "Set it",
      after: id && deletion(id),
      fields: fieldsOf(now, questionnaires, !id),
      onSend: async () => {
        if (id) await patch(`reminders/${encodeURIComponent(id)}`, sentOf(now));
        else await post("reminders", sentOf(now));
        go("#/reminders");
      },
    }),
    preview.items.length > 0 ? h("section", {}, h("h2", {}, "The next ones"),
      h("ol", { class: "rows next-ones" }, preview.items.map(({ date, time, at, rule }) =>
        h("li", { class: "row" }, h("span", {}, at && rule !== "exact" ? clock.whole(at) : `${shortWeekday(date)} ${shortDay(date)}, ${time}`,
          ruleSaid(rule) && h("span", { class: "hint" }, ruleSaid(rule))))))) : "");
}

/** Only what the kind allows. */
function sentOf({ kind, label, times, weekdays, every_n_weeks, skip_if_entered, nudge, channels, questionnaire, active }) {
  return {
    kind, label: label || null, times, weekdays, every_n_weeks, skip_if_entered, channels, active,
    nudge: kind === "entry" ? nudge : null,
    questionnaire: kind === "questionnaire" ? questionnaire : null,
  };
}

function fieldsOf(now, questionnaires, fresh) {
  const which = field("Which one", select(questionnaires.map(({ code, label }) => [code, label]), now.questionnaire,
    (value) => (now.questionnaire = value)));
  const nudges = nudgeField(now);
  const follow = () => {
    which.hidden = now.kind !== "questionnaire";
    nudges.hidden = now.kind !== "entry";
    if (now.kind === "questionnaire") now.questionnaire ??= questionnaires[0].code;
  };
  follow();
  return [
    fresh && field("What for", select(CHOSEN.map((kind) => [kind, KINDS[kind]]), now.kind, (value) => {
      now.kind = value;
      follow();
    })),
    which,
    field("Your own name for it", textInput({ value: now.label ?? "", maxlength: 60, name: "label",
      oninput: (event) => (now.label = event.target.value.trim()) }),
    "It stands here, and on a lock screen only if you say so under quiet hours."),
    times(now),
    weekdays(now),
    field("How often", select([[1, "Every week"], [2, "Every second week"], [3, "Every third week"], [4, "Every fourth week"]],
      now.every_n_weeks, (value) => (now.every_n_weeks = Number(value)))),
    check("Leave it out when it is already written or answered", now.skip_if_entered, (is) => (now.skip_if_entered = is)),
    nudges,
    h("fieldset", {}, h("legend", { class: "legend" }, "How it comes"),
      ["push", "email"].map((channel) => check(channel === "push" ? "On your devices" : "By e-mail",
        now.channels.includes(channel), (is) => {
          now.channels = is ? [...now.channels, channel] : now.channels.filter((each) => each !== channel);
        }))),
    !fresh && check("It is on", now.active, (is) => (now.active = is)),
  ].filter(Boolean);
}

function select(options, value, onChange) {
  const element = h("select", { class: "input", onchange: () => onChange(element.value) },
    options.map(([name, label]) => h("option", { value: name }, label)));
  element.value = value ?? options[0][0];
  return element;
}

function times(now) {
  const list = h("div", { class: "times" });
  const draw = () => list.replaceChildren(...now.times.map((time, at) => {
    const input = textInput({ type: "time", value: time, required: true, "aria-label": `Time ${at + 1}`,
      oninput: () => (now.times = now.times.with(at, input.value)) });
    return h("div", { class: "time" }, input, now.times.length > 1 && h("button", {
      type: "button", class: "button plain", "aria-label": `Leave out ${time}`,
      onclick: () => {
        now.times = now.times.filter((_, place) => place !== at);
        draw();
      } }, "Leave out"));
  }), now.times.length < MOST_TIMES ? h("button", { type: "button", class: "button plain",
    onclick: () => {
      now.times = [...now.times, "12:00"];
      draw();
    } }, "Another time") : "");
  draw();
  return h("fieldset", { class: "field" }, h("legend", { class: "legend" }, "At"), list);
}

const weekdays = (now) =>
  h("fieldset", { class: "choices seven" }, h("legend", { class: "legend" }, "On"),
    h("div", { class: "choices-row segments" }, [1, 2, 3, 4, 5, 6, 7].map((day) =>
      h("label", { class: "choice" },
        h("input", { type: "checkbox", checked: now.weekdays.includes(day),
          onchange: (event) => {
            const others = now.weekdays.filter((each) => each !== day);
            now.weekdays = event.target.checked ? [...others, day].sort() : others;
          } }),
        h("span", {}, weekdayName(day))))));

function nudgeField(now) {
  const days = textInput({ type: "number", min: 2, max: 14, value: now.nudge?.after_missed_days ?? 3, inputmode: "numeric",
    oninput: () => now.nudge && (now.nudge = { ...now.nudge, after_missed_days: Number(days.value) }) });
  const after = field("Missed days before it", days);
  after.hidden = !now.nudge;
  return h("div", { class: "form" },
    check("A few more words after missed days; twice at most, then it is quiet", Boolean(now.nudge), (is) => {
      now.nudge = is ? { after_missed_days: Number(days.value), max: 2 } : null;
      after.hidden = !is;
    }), after);
}

const deletion = (id) =>
  h("button", { type: "button", class: "button plain", onclick: async () => {
    await remove(`reminders/${encodeURIComponent(id)}`);
    go("#/reminders");
  } }, "Remove it");

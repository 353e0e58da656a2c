// Reminders in words: when they come, what became of them, what the clock does to them.

import { shortWeekday } from "./dates.js";

export const KINDS = {
  entry: "Write a day",
  questionnaire: "Answer a questionnaire",
  custom: "Something of your own",
  nudge: "After missed days",
  weekly_summary: "The week is ready",
  test: "A test",
  notice: "Something may be worth a look",
};

const EVERY = [1, 2, 3, 4, 5, 6, 7];
const MONDAY = "2024-01-01"; // any week that begins with one

export const weekdayName = (number) => shortWeekday(MONDAY.replace(/01$/, `0${number}`));

/** "Every day at 20:30", "Mon, Wed at 08:00 and 20:30, every 2 weeks". */
export function scheduleSaid({ times, weekdays, every_n_weeks: weeks }) {
  const days = weekdays.length === EVERY.length ? "Every day"
    : weekdays.join() === "1,2,3,4,5" ? "Monday to Friday" : weekdays.map(weekdayName).join(", ");
  const at = times.length > 1 ? `${times.slice(0, -1).join(", ")} and ${times.at(-1)}` : times[0];
  return `${days} at ${at}${weeks > 1 ? `, every ${weeks} weeks` : ""}`;
}

/** How instants are said on the clock of this zone: `whole` with its day, `time` without. */
export function clockIn(timeZone) {
  const format = (options) => new Intl.DateTimeFormat(undefined, { timeZone, hourCycle: "h23", ...options });
  const time = format({ hour: "2-digit", minute: "2-digit" });
  const day = format({ weekday: "short", day: "numeric", month: "short" });
  return {
    time: (instant) => time.format(Date.parse(instant)),
    whole: (instant) => `${day.format(Date.parse(instant))}, ${time.format(Date.parse(instant))}`,
  };
}

/** What the change of the clock does to one; null where it does nothing. */
export const ruleSaid = (rule) => ({
  gap_shifted: "The clock goes forward: it comes later by as much.",
  gap_clamped: "The clock goes forward: it comes when it is there again.",
  overlap_first: "The clock goes back: it comes the first time.",
  no_such_date: "This date does not exist where you are.",
})[rule] ?? null;

const SKIPPED = {
  already_entered: "not needed: it was written already",
  answered: "taken back: it was written meanwhile",
  paused: "reminders were paused",
  quiet_hours: "it would have been in your quiet hours",
  expired: "it was too late for it",
  coalesced: "a newer one came instead",
  missed_by_travel: "you travelled past its hour",
  too_few_entries: "too few days were written for a summary",
  no_device: "there was no device to send it to",
  shown_by_app: "shown by your phone itself",
  dismissed: "you waved it away",
  no_such_date: "the date did not exist",
  restored: "the server was restored; whether it was sent is not known",
  reminder_off: "the reminder was switched off",
  muted: "your devices were muted",
  unsubscribed: "you ended these e-mails",
  undeliverable: "it could not be delivered",
  unreadable: "it could not be read",
  no_longer: "there was nothing to say any more",
};

/** What became of an occurrence. */
export function stateSaid({ state, skip_reason: reason, rule, due_at: due, deliveries }, clock) {
  if (reason) return SKIPPED[reason] ?? "it was not sent";
  if (state === "planned") return rule === "snooze" ? `put off to ${clock.time(due)}` : `comes at ${clock.time(due)}`;
  if (deliveries.some(({ opened_at: opened }) => opened)) return "opened";
  if (deliveries.some(({ state: each }) => each === "sent")) return "sent";
  return state === "fanned" ? "on its way" : "over";
}

/** Whether there is still something to put off or to wave away. */
export const isOpen = ({ state }) => state === "planned" || state === "fanned";

// The diary's own days. A date is text like "2026-11-22"; no day is derived from a UTC instant
// except today, from the person's zone and the hour at which their day begins.

/** Today for somebody in this zone whose day begins at this hour. */
export function todayIn(zone, dayStartsAt, now = new Date()) {
  const { year, month, day, hour } = clockIn(zone, now);
  const date = `${year}-${month}-${day}`;
  return Number(hour) < dayStartsAt ? addDays(date, -1) : date;
}

function clockIn(zone, now) {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit",
    hour: "2-digit", minute: "2-digit",
  });
  return Object.fromEntries(format.formatToParts(now).map(({ type, value }) => [type, value]));
}

export function addDays(date, days) {
  const noon = new Date(`${date}T12:00:00Z`);
  noon.setUTCDate(noon.getUTCDate() + days);
  return noon.toISOString().slice(0, 10);
}

/** The last `count` dates, oldest first, ending with `last`. */
export const datesUpTo = (last, count) =>
  Array.from({ length: count }, (_, place) => addDays(last, place - count + 1));

export const daysBetween = (from, to) =>
  Math.round((Date.parse(`${to}T12:00:00Z`) - Date.parse(`${from}T12:00:00Z`)) / 86_400_000);

export const isDate = (text) =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(`${text}T12:00:00Z`));

/** A date in words, by the options of Intl.DateTimeFormat. */
export const shown = (date, options) =>
  new Intl.DateTimeFormat(undefined, { timeZone: "UTC", ...options }).format(
    new Date(`${date}T12:00:00Z`),
  );

export const weekday = (date) => shown(date, { weekday: "long" });
export const shortWeekday = (date) => shown(date, { weekday: "short" });
export const dayAndMonth = (date) => shown(date, { day: "numeric", month: "long" });
export const shortDay = (date) => shown(date, { day: "numeric", month: "short" });
export const wholeDate = (date) =>
  shown(date, { weekday: "long", day: "numeric", month: "long", year: "numeric" });

/** "Today", "Yesterday", or the day of the week. */
export function dayName(date, today) {
  if (date === today) return "Today";
  if (date === addDays(today, -1)) return "Yesterday";
  return weekday(date);
}

/** The time of day of an instant, as its own offset tells it: what the person's clock showed. */
export const timeOf = (instant) => instant.slice(11, 16);

/** A date and a time on this device's clock as an instant with its offset. */
export function instantAt(date, time) {
  const at = new Date(`${date}T${time}:00`);
  const minutes = -at.getTimezoneOffset();
  const two = (number) => String(Math.trunc(Math.abs(number))).padStart(2, "0");
  const offset = `${minutes < 0 ? "-" : "+"}${two(minutes / 60)}:${two(minutes % 60)}`;
  return `${date}T${time}:00${offset}`;
}

export function instantNow(now = new Date()) {
  const two = (number) => String(number).padStart(2, "0");
  const date = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  return instantAt(date, `${two(now.getHours())}:${two(now.getMinutes())}`);
}

export const ownZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

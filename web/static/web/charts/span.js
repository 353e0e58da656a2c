// The ranges that charts show, and the words for their bins.

import { addDays, daysBetween, shortDay, shortWeekday, shown } from "../dates.js";

export const RANGES = [
  { name: "fortnight", label: "2 weeks", days: 14 },
  { name: "quarter", label: "3 months", days: 91 },
  { name: "year", label: "1 year", days: 365 },
  { name: "all", label: "All", days: null },
];

/** From when to when a range goes, and what one point of it stands for. */
export function spanOf({ days }, today, begun) {
  const from = days ? addDays(today, 1 - days) : begun;
  const length = daysBetween(from, today) + 1;
  return { from, to: today, bin: length <= 100 ? "day" : length <= 800 ? "week" : "month" };
}

/** What a bin is called: a day, the week or the month that it begins. */
export function binName(date, bin) {
  if (bin === "day") return `${shortWeekday(date)} ${shortDay(date)}`;
  return bin === "week" ? `Week of ${shortDay(date)} ${date.slice(0, 4)}` : shown(date, { month: "long", year: "numeric" });
}

/** Where the axis of days is marked, and with what: [{ at, label }], at most `most`. */
export function marks(dates, most = 5) {
  if (dates.length <= 31) {
    const step = Math.ceil(dates.length / most);
    const places = dates.map((_, at) => at).filter((at) => (dates.length - 1 - at) % step === 0);
    return places.map((at) => ({ at, label: shortDay(dates[at]) }));
  }
  const months = dates.map((date, at) => ({ at, month: date.slice(0, 7) }))
    .filter(({ at, month }) => at > 0 && month !== dates[at - 1].slice(0, 7));
  const step = [1, 2, 3, 6, 12, 24, 60].find((each) => months.length / each <= most) ?? 120;
  return months
    .filter(({ month }) => (12 * Number(month.slice(0, 4)) + Number(month.slice(5)) - 1) % step === 0)
    .map(({ at, month }) => ({
      at,
      label: shown(`${month}-01`, step >= 12 ? { year: "numeric" }
        : month.endsWith("-01") ? { month: "short", year: "2-digit" } : { month: "short" }),
    }));
}

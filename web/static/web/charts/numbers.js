// Numbers as people read them: one decimal at most, with their unit.

import { hours } from "../slider.js";

const tenths = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });

export const number = (value) => tenths.format(value);

/** A value of a series as it is said: "6.5", "7 h 15 min", "12 km". */
export function said(name, unit, value) {
  if (name === "sleep_hours") return hours(Math.round(value * 4) / 4);
  return unit && !/^\d/.test(unit) ? `${number(value)} ${unit}` : number(value);
}

/** Which way is worse, in words; null where neither is. */
export const worseIs = (worse) => (worse > 0 ? "higher is worse" : worse < 0 ? "lower is worse" : null);

export const plural = (count, one, many) => `${count} ${count === 1 ? one : many}`;

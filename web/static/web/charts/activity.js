// What was done, by kind and day.

import { daysBetween } from "../dates.js";
import { h } from "../dom.js";
import { seen } from "../seen.js";
import { grid } from "./grid.js";
import { number, plural } from "./numbers.js";
import { NOT_RECORDED } from "./table.js";

const MOST = 8; // kinds that are drawn
const PAGES = 12; // of 400
const DEEP = [20, 60]; // minutes from which a cell is deeper

export async function activityGrid({ dates, span, kinds, signal }) {
  const { items, offline } = await activitiesOf(span, signal);
  if (!items.length) return null;
  const names = new Map(kinds.map(({ name, label }) => [name, label]));
  const byKind = new Map();
  for (const one of items) {
    const cells = byKind.get(one.kind) ?? new Map();
    const place = placeOf(one.date, dates);
    const cell = cells.get(place) ?? { times: 0, minutes: 0 };
    cells.set(place, { times: cell.times + 1, minutes: cell.minutes + (one.minutes ?? 0) });
    byKind.set(one.kind, cells);
  }
  const most = [...byKind].sort(([, one], [, other]) => other.size - one.size).slice(0, MOST);
  const rows = most.map(([kind, cells]) => ({
    label: names.get(kind) ?? kind,
    cell: (place) => cells.has(place)
      ? { grade: 1 + DEEP.filter((least) => cells.get(place).minutes >= least).length, way: 0 } : null,
    says: (place) => said(cells.get(place)),
  }));
  const left = byKind.size - most.length;
  return grid({
    title: "Activity", dates, bin: span.bin, rows,
    key: h("p", { class: "hint" },
      "A cell is something done; a deeper one took longer. An empty place says nothing: it may not have been written down.",
      left > 0 && ` ${plural(left, "more kind is", "more kinds are")} left out here.`,
      offline && " As last seen here."),
  });
}

const said = (cell) => {
  if (!cell) return NOT_RECORDED;
  if (!cell.minutes) return plural(cell.times, "time", "times");
  return cell.times > 1 ? `${number(cell.minutes)} min in all` : `${number(cell.minutes)} min`;
};

async function activitiesOf({ from, to, bin }, signal) {
  const items = [];
  let path = `activities?${new URLSearchParams({ from, to, limit: 400 })}`;
  let offline = false;
  for (let page = 0; path && page < PAGES; page++) {
    const found = await seen(`activities ${bin} ${daysBetween(from, to)} ${page}`, path, { signal });
    items.push(...found.answer.items);
    offline ||= found.offline;
    path = found.answer.next?.replace("/api/v1/", "");
  }
  return { items, offline };
}

/** In which bin a date lies. */
function placeOf(date, dates) {
  const after = dates.findIndex((each) => each > date);
  return after < 0 ? dates.length - 1 : Math.max(after - 1, 0);
}

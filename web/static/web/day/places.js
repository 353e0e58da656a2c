// Places that hurt: what is chosen of them, as pure functions over `pain_sites`.

/** Whether an entry of the list speaks of this place on this side (null where sides make no sense). */
export const covers = (each, site, side) =>
  each.site === site && (side === null || each.side === side || each.side === "both" || each.side === null);

/** The list after a place was touched: there if it was not, gone if it was. */
export function toggled(sites, site, side) {
  const found = sites.find((each) => covers(each, site, side));
  if (!found) return [...sites, { site, side, intensity: null, qualities: [] }];
  const rest = sites.filter((each) => each !== found);
  if (found.side === "both" && side !== null) {
    return [...rest, { ...found, side: side === "left" ? "right" : "left" }];
  }
  if (found.side === null && side !== null) return [...rest, { ...found, side }]; // now the side is known
  return rest;
}

/** The list with a place of it changed. */
export const changed = (sites, place, set) =>
  sites.map((each) => (each === place ? { ...each, ...set } : each));

/** "Left knee", "Both knees" is not English for every place: "Knee, both sides". */
export function placeName({ site, side }, labels) {
  const label = labels.get(site) ?? site;
  if (side === null) return label;
  return side === "both" ? `${label}, both sides` : `${label}, ${side}`;
}

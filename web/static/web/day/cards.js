// A list of records as cards that stay where they are while their values change.

import { h } from "../dom.js";

/** @param cardOf makes { element, set } of a record */
export function cards(cardOf) {
  const element = h("div", { class: "cards" });
  const byId = new Map();
  const set = (found) => {
    const ids = new Set(found.map(({ id }) => id));
    for (const [id, card] of byId) {
      if (ids.has(id)) continue;
      card.element.remove();
      byId.delete(id);
    }
    for (const each of found) {
      if (byId.has(each.id)) byId.get(each.id).set(each);
      else {
        const card = cardOf(each);
        byId.set(each.id, card);
        element.append(card.element);
      }
    }
    element.hidden = found.length === 0;
  };
  return { element, set };
}

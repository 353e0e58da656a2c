// Goes through a chart day by day: with a thumb, with arrow keys, or with a screen reader, which
// says what each day has. Every chart of days has one below it.

import { h } from "../dom.js";

/**
 * @param label what is gone through
 * @param count how many places there are; it begins at the last one
 * @param says (place) → what is said of it
 * @param onMove called with a place
 */
export function scrubber({ label, count, says, onMove }) {
  const input = h("input", {
    type: "range", class: "scrubber", min: 0, max: count - 1, step: 1, value: count - 1, "aria-label": label,
  });

  function move(place) {
    const at = Math.min(Math.max(place, 0), count - 1);
    input.value = at;
    input.setAttribute("aria-valuetext", says(at));
    onMove(at);
  }

  input.addEventListener("input", () => move(Number(input.value)));
  return { element: input, move, get place() { return Number(input.value); } };
}

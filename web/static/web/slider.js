// A scale of one day. It starts at "not recorded", which is not zero and not the middle: an empty
// track. A tap or a drag records, "Clear" takes it back; scrolling past it records nothing.

import { freshId, h } from "./dom.js";

const SLOP = 6; // pixels sideways before a finger means to drag

/**
 * @param scale { label, help, low, high, step }: `step` is that of a finger; what is recorded finer
 *   stays as it is until it is touched. `sayAs(value)` words a value. The track ends at `high`; whoever
 *   reaches its end can go on to `most`.
 * @param value a number or null
 * @param onRecord called with a number, or null when it was cleared; once a drag has ended
 */
export function slider({ label, help, low, high, most = high, step, sayAs = String, value = null, onRecord }) {
  const id = freshId("slider");
  const number = h("output", { class: "slider-value", for: id });
  const clear = h("button", { type: "button", class: "slider-clear", "aria-label": `Clear ${label}` }, "Clear");
  const input = h("input", {
    id, type: "range", min: low, max: high, step: "any",
    "aria-describedby": help && `${id}-help`,
  });
  const track = h("div", { class: "slider-track" }, h("div", { class: "slider-fill" }),
    h("div", { class: "slider-ticks", "aria-hidden": "true" },
      Array.from({ length: 11 }, () => h("i"))),
    h("div", { class: "slider-thumb" }), input);
  const element = h("div", { class: "slider" },
    h("div", { class: "slider-head" }, h("label", { for: id }, label), clear, number),
    track, help && h("p", { class: "hint", id: `${id}-help` }, help));

  let recorded = value;
  let begun = null; // a finger or a mouse on the track
  let dragging = false;

  function draw() {
    const is = recorded !== null;
    element.toggleAttribute("data-recorded", is);
    number.textContent = is ? sayAs(recorded) : "not recorded";
    input.setAttribute("aria-valuetext", is ? sayAs(recorded) : "not recorded");
    clear.hidden = !is;
    if (!begun && recorded >= high) high = most;
    input.max = Math.max(high, recorded ?? high); // a value beyond the end is shown as it is
    input.value = recorded ?? (low + high) / 2;
    track.style.setProperty("--part", is ? (recorded - low) / (input.max - low) : 0);
  }

  function touch(next, done) {
    recorded = next;
    draw();
    if (done) onRecord(recorded);
  }

  const onStep = (raw) => {
    const stepped = low + Math.round((raw - low) / step) * step;
    return Math.round(Math.min(Math.max(stepped, low), Number(input.max)) * 100) / 100;
  };

  const under = (x) => {
    const { left, width } = track.getBoundingClientRect();
    const inset = 22; // the middle of the thumb at either end
    return onStep(low + ((x - left - inset) / (width - 2 * inset)) * (input.max - low));
  };

  // The track follows the finger itself: a browser's own slider jumps when the page is scrolled.
  track.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    begun = { x: event.clientX, before: recorded };
    dragging = event.pointerType === "mouse";
    if (dragging) touch(under(event.clientX), false);
    track.setPointerCapture(event.pointerId);
  });
  track.addEventListener("pointermove", (event) => {
    if (!begun) return;
    dragging ||= Math.abs(event.clientX - begun.x) > SLOP;
    if (dragging) touch(under(event.clientX), false);
  });
  track.addEventListener("pointerup", (event) => {
    if (!begun) return;
    begun = null;
    dragging = false;
    touch(under(event.clientX), true);
    input.focus({ preventScroll: true, focusVisible: false });
  });
  track.addEventListener("pointercancel", () => {
    if (begun) touch(begun.before, false);
    begun = null;
    dragging = false;
  });

  input.addEventListener("keydown", (event) => {
    const from = recorded ?? Number(input.value);
    const by = {
      ArrowRight: step, ArrowUp: step, ArrowLeft: -step, ArrowDown: -step, PageUp: 2 * step, PageDown: -2 * step,
    }[event.key];
    const to = { Home: low, End: Number(input.max) }[event.key] ?? (by && onStep(from + by));
    const wanted = recorded === null && by ? onStep(from) : to; // the first key records where it stands
    if (event.key === "Delete" || event.key === "Backspace") touch(null, true);
    else if (wanted !== undefined) touch(wanted, true);
    else return;
    event.preventDefault();
  });
  // Swipes of a screen reader.
  input.addEventListener("input", () => touch(onStep(Number(input.value)), true));
  clear.addEventListener("click", () => {
    touch(null, true);
    input.focus({ preventScroll: true });
  });

  draw();
  return {
    element,
    /** Shows what is recorded elsewhere; a finger on the track goes first. */
    set(next) {
      if (begun || next === recorded) return;
      recorded = next;
      draw();
    },
    get value() {
      return recorded;
    },
  };
}

/** "7 h 15 min": a number of hours as people say it. */
export function hours(value) {
  const whole = Math.floor(value);
  const minutes = Math.round((value - whole) * 60);
  return minutes ? `${whole} h ${minutes} min` : `${whole} h`;
}

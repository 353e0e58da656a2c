// The note of a day, and the reason why a day is left empty.

import { choices } from "../choices.js";
import { h } from "../dom.js";
import { fold } from "./fold.js";

const PAUSE = 600; // milliseconds without a key before the note is kept

export function note({ day, record, signal }) {
  const text = h("textarea", { class: "input", maxlength: 4000, rows: 5, "aria-label": "Note", value: day.note ?? "" });
  const { element, say } = fold("Note", [text]);
  let timer = null;
  let kept = day.note ?? "";
  const keepIt = () => {
    clearTimeout(timer);
    if (text.value === kept) return;
    kept = text.value;
    record({ note: kept.trim() ? kept : null });
  };
  text.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(keepIt, PAUSE);
  });
  text.addEventListener("blur", keepIt);
  addEventListener("pagehide", keepIt, { signal });
  signal.addEventListener("abort", keepIt);
  const set = ({ note: next }) => {
    say(next ? `${next.trim().slice(0, 24)}${next.trim().length > 24 ? " …" : ""}` : "none");
    if (document.activeElement === text || text.value !== kept) return;
    kept = next ?? "";
    text.value = kept;
  };
  set(day);
  return { element, set };
}

export function skipped({ day, reasons, record }) {
  const chosen = choices({ title: "Leave this day empty", value: day.skipped ?? null,
    help: "It stays a day that was not recorded, and that is fine. You can still add to it.",
    options: reasons.map(({ name, label }) => ({ value: name, label })),
    onChoose: (value) => record({ skipped: value }) });
  const { element, say } = fold("Nothing today", [chosen.element]);
  const set = (next) => {
    chosen.set(next.skipped ?? null);
    say(reasons.find(({ name }) => name === next.skipped)?.label ?? "");
  };
  set(day);
  return { element, set };
}

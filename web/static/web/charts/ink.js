// Colours of the page for what is drawn on a canvas, and when they change.

const root = document.documentElement;

export const ink = (name) => getComputedStyle(root).getPropertyValue(name).trim();

/** Calls `redraw` when light turns to dark or back, until `signal` aborts. */
export function onTheme(redraw, signal) {
  const media = matchMedia("(prefers-color-scheme: dark)");
  media.addEventListener("change", redraw, { signal });
  const observer = new MutationObserver(redraw);
  observer.observe(root, { attributeFilter: ["data-theme"] });
  signal.addEventListener("abort", () => observer.disconnect());
}

// A figure from the front and from behind, made of places that can be touched. For fingers and eyes
// only: a list of the same places stands beside it for everybody else.

import { h, svg } from "../dom.js";
import { covers } from "./places.js";

// Drawn for the half at the viewer's left; the other half is its mirror image.
const LIMBS = {
  shoulder: ["M63 56 C54 58 44 59 39 66 C36.5 70 35.5 75 35.5 79 L47 77 L49.5 63 Z"],
  arm: [
    "M35.3 81 L46.8 79 C46.5 91 44.5 101 43 110 L31.5 110 C32.3 99 33.3 90 35.3 81 Z",
    "M28.6 127 L40.5 127 C40 138 38 148 36 156 L25.5 156 C26 146 27 137 28.6 127 Z",
  ],
  elbow: ["M31.3 112 L42.7 112 L40.8 125 L28.9 125 Z"],
  wrist: ["M25.3 158 L35.6 158 L34.6 166 L24 166 Z"],
  hand: ["M23.7 168 L34.5 168 C37 176 35 188 30 191 C24 191 20.5 178 23.7 168 Z"],
  hip: ["M50.3 135 L57.5 135 L62 158 L46.5 161 C46.5 151 47.8 142 50.3 135 Z"],
  leg: [
    "M46.5 163 L62 160 L69 165 L67 214 L50.5 214 C47.5 197 46 180 46.5 163 Z",
    "M51.5 236 L66 236 C66 251 63.5 264 62.5 276 L54 276 C52 263 51 250 51.5 236 Z",
  ],
  knee: ["M50.8 216 L66.9 216 L66.2 234 L51.5 234 Z"],
  ankle: ["M54.2 278 L62.3 278 L62.3 285 L54.2 285 Z"],
  foot: ["M54 287 L62.5 287 L63.5 294 C62 299 50 300 46.5 297.5 C46 294 51 291 54 287 Z"],
};
const SKULL = "M53.5 21 C53.5 -3 86.5 -3 86.5 21 Z";
const FRONT = {
  middle: {
    head: [SKULL],
    neck: ["M62.5 47.5 L77.5 47.5 L77.5 54 L74 58 L66 58 L62.5 54 Z"],
    chest: ["M51.5 63 C58 59.5 82 59.5 88.5 63 L91.5 77 C91.5 86 90.5 92 89 98 L51 98 C49.5 92 48.5 86 48.5 77 Z"],
    stomach: ["M51.3 100 L88.7 100 C88 111 88.8 122 89.5 133 L50.5 133 C51.2 122 52 111 51.3 100 Z"],
    pelvis: ["M59.5 135 L80.5 135 L76.5 158 L70 163 L63.5 158 Z"],
  },
  halves: {
    ...LIMBS,
    face: ["M53.5 22.5 L69.3 22.5 L69.3 34 L55.5 34 C54.3 30 53.6 26 53.5 22.5 Z"],
    jaw: ["M56 35.5 L69.3 35.5 L69.3 46.5 C62 46 58 41 56 35.5 Z"],
  },
};
const BEHIND = {
  middle: {
    head: [`${SKULL} M53.5 22.5 L86.5 22.5 C86 37 79 46.5 70 46.5 C61 46.5 54 37 53.5 22.5 Z`],
    neck: FRONT.middle.neck,
    upper_back: FRONT.middle.chest,
    lower_back: FRONT.middle.stomach,
    pelvis: FRONT.middle.pelvis,
  },
  halves: LIMBS,
};

/** @param onTouch called with a site and "left", "right" or null */
export function bodyMap({ sites, sided, onTouch }) {
  const places = [];
  const figure = (title, { middle, halves }, viewersLeft) => {
    const other = viewersLeft === "right" ? "left" : "right";
    return h("figure", { class: "figure" },
      svg("svg", { viewBox: "14 0 112 300" },
        Object.entries(middle).map(([site, paths]) => place(site, null, paths)),
        Object.entries(halves).map(([site, paths]) => [
          place(site, viewersLeft, paths),
          place(site, other, paths, "matrix(-1 0 0 1 140 0)"),
        ])),
      h("figcaption", {}, h("span", {}, viewersLeft), h("strong", {}, title), h("span", {}, other)));
  };
  function place(site, side, paths, transform) {
    const known = sided.has(site) ? side : null;
    const element = svg("g", { class: "place", transform, "data-site": site, "data-side": known,
      onclick: () => onTouch(site, known) }, paths.map((d) => svg("path", { d })));
    places.push({ site, side: known, element });
    return element;
  }

  const element = h("div", { class: "body-map", "aria-hidden": "true" },
    figure("Front", FRONT, "right"), figure("Back", BEHIND, "left"));
  function set(next) {
    for (const { site, side, element: drawn } of places) {
      const found = next.filter((each) => covers(each, site, side));
      const most = Math.max(...found.map(({ intensity }) => intensity ?? 5));
      drawn.classList.toggle("hurts", found.length > 0);
      drawn.style.setProperty("--strength", found.length ? 0.35 + 0.065 * most : 0);
    }
  }
  set(sites);
  return { element, set };
}

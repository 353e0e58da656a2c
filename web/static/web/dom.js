// Elements without markup in strings: text is always text, whoever wrote it.

const SVG = "http://www.w3.org/2000/svg";

/**
 * An element. Properties that begin with "on" are listeners; `class`, `aria-…` and `data-…` are
 * attributes; null, undefined and false leave an attribute out. Children are nodes or text.
 */
export function h(name, properties, ...children) {
  return fill(document.createElement(name), properties, children);
}

/** The same for the elements of a drawing. */
export function svg(name, properties, ...children) {
  return fill(document.createElementNS(SVG, name), properties, children);
}

function fill(element, properties, children) {
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value") element.value = value;
    else if (value === true) element.setAttribute(name, "");
    else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(name, value);
    }
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Puts these children in the place of all that an element holds. */
export function put(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter(Boolean));
  return element;
}

let count = 0;

/** An id that no other element has, for labels and descriptions. */
export const freshId = (word) => `${word}-${++count}`;

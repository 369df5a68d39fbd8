// Creates elements without parsing HTML, so that names of media and tags cannot inject markup.
import { say, label } from "./language.js";

const SVG = "http://www.w3.org/2000/svg";

/**
 * Creates an element. Of `properties`, functions become listeners, true becomes an empty attribute, and other values
 * become attributes; `t` is the key of the text, and `tAria`, `tTitle`, `tAlt` and `tPlaceholder` are keys of
 * attributes, all with `args`. Children are nodes, strings, or null or false for none.
 */
export function h(name, properties = {}, ...children) {
  return build(document.createElement(name), properties, children);
}

/** Creates an SVG element. */
export function svg(name, properties = {}, ...children) {
  return build(document.createElementNS(SVG, name), properties, children);
}

const TOLD = { tAria: "aria-label", tTitle: "title", tAlt: "alt", tPlaceholder: "placeholder" };

function build(element, { t, args, ...properties }, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name, value);
    else if (name in TOLD) label(element, TOLD[name], value, args);
    else element.setAttribute(name, value === true ? "" : value);
  }
  if (t) say(element, t, args);
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export const byId = (id) => document.getElementById(id);

const ICONS = {
  search: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13Zm4.8 11.3L20 20",
  picture: "M4 5h16v14H4zM4 16l4.5-4.5L13 16l2.5-2.5L20 18M15 9.2h.01",
  upload: "M12 15.5V4M7.5 8.5 12 4l4.5 4.5M4 15v5h16v-5",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  trash: "M4.5 7h15M9.5 7V4.5h5V7M6.5 7l1 13h9l1-13M10 11v5.5M14 11v5.5",
  open: "M10 5H5v14h14v-5M13 4h7v7M20 4l-9 9",
  download: "M12 4v11.5M7.5 11 12 15.5 16.5 11M4 20h16",
  close: "M6 6l12 12M18 6 6 18",
  back: "M19 12H5M11 6l-6 6 6 6",
  filter: "M4 6h16M7 12h10M10 18h4",
  theme: "M12 4a8 8 0 1 0 0 16zM12 4a8 8 0 0 1 0 16",
  label: "M4 5v6.5l8 8L19.5 12l-8-8L4 5ZM8.3 8.3h.01",
  warning: "M12 4 2.8 20h18.4zM12 10v4.5M12 17.3h.01",
  check: "M5 12.5 10 17.5 19.5 7",
};

/** Returns an icon of 24 by 24 pixels, hidden from screen readers. */
export function icon(name) {
  return svg(
    "svg",
    { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true", focusable: "false" },
    svg("path", { d: ICONS[name] }),
  );
}

/** Delays calls of `work` until there has been none for `millis`. */
export function debounced(work, millis) {
  let timer;
  const later = (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => work(...args), millis);
  };
  later.cancel = () => clearTimeout(timer);
  return later;
}

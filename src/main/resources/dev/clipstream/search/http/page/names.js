// Names of labels in the language of the page. Media have tags with a single name; the label set of the service has
// one for each of its languages.
import { get } from "./api.js";
import { h } from "./dom.js";
import { language, onLanguage } from "./language.js";

const AGAIN_MILLIS = 30_000;

let labels = new Map(); // names by language, by label id
let labelSet;
let fetchedMillis = -Infinity;

export function startNames() {
  onLanguage(refresh);
  fetchNames();
}

async function fetchNames() {
  fetchedMillis = performance.now();
  try {
    const set = await get("v1/labels");
    labelSet = set.name;
    labels = new Map(set.labels.map(({ id, names }) => [id, names]));
    refresh();
  } catch {
    // tags keep the names that they have
  }
}

/**
 * Returns the name of a label in the language of the page, or else the name that a tag has, or else the id.
 *
 * @param tagSet the label set of the tag, which may have other names for the same ids; absent for any
 */
export function nameOf(labelId, displayName = labelId, tagSet = labelSet) {
  if (tagSet !== labelSet) return displayName;
  const names = labels.get(labelId);
  if (!names && labels.size > 0 && performance.now() - fetchedMillis > AGAIN_MILLIS) fetchNames(); // a new label set
  return names?.[language()] ?? displayName;
}

/** Returns an element with the name of a label, which follows the language of the page. */
export function tagName(labelId, displayName, tagSet) {
  return h("span", { "data-label": labelId, "data-name": displayName, "data-set": tagSet }, nameOf(labelId, displayName, tagSet));
}

function refresh() {
  for (const element of document.querySelectorAll("[data-label]")) {
    const { label, name, set } = element.dataset;
    element.textContent = nameOf(label, name, set);
  }
}

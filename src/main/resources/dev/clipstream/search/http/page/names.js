// Names of labels in the language of the page. Media have tags with a single name; label sets have one for each of their
// languages.
import { get } from "./api.js";
import { h } from "./dom.js";
import { language, onLanguage } from "./language.js";

const AGAIN_MILLIS = 30_000;

const sets = new Map(); // {labels, fetchedMillis} by name of the label set; labels: names by language, by label id
let primary; // the name of the set that the service lists with all names

export function startNames() {
  onLanguage(refresh);
  fetchNames();
}

/** Fetches the names of a set; without one, those of the primary set. */
async function fetchNames(name = primary) {
  const before = sets.get(name)?.labels ?? new Map();
  if (name !== undefined) sets.set(name, { labels: before, fetchedMillis: performance.now() });
  try {
    const set = await get(name === primary ? "v1/labels" : "v1/labels/" + encodeURIComponent(name));
    if (name === primary) primary = set.name;
    sets.set(set.name, { labels: new Map(set.labels.map(({ id, names }) => [id, names])), fetchedMillis: performance.now() });
    refresh();
  } catch {
    // tags keep the names that they have
  }
}

/**
 * Returns the name of a label in the language of the page, or else the name that a tag has, or else the id.
 *
 * @param tagSet the label set of the tag, because other sets may have other names for the same id; absent for any
 */
export function nameOf(labelId, displayName = labelId, tagSet) {
  if (!tagSet) return [...sets.values()].map(({ labels }) => labels.get(labelId)).find((names) => names)?.[language()] ?? displayName;
  const names = sets.get(tagSet)?.labels.get(labelId);
  const fetchedMillis = sets.get(tagSet)?.fetchedMillis ?? -Infinity;
  if (!names && primary !== undefined && performance.now() - fetchedMillis > AGAIN_MILLIS) fetchNames(tagSet); // a new label or label set
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

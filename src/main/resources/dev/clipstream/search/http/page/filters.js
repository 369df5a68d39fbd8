// The filters of a search: tags with their numbers of media, days of the upload, and attributes.
import { atMost, get } from "./api.js";
import { byId, h } from "./dom.js";
import { day, say } from "./language.js";
import { tagName } from "./names.js";
import { UNFILTERED } from "./route.js";

const MOST_TAGS = 200;
const SHOWN_FIRST = 18;
const DAY_MILLIS = 86_400_000;

let all = false;

/** Returns the members of a filter in the form of the API; none for no filter. */
function members({ tags, min, from, to, attributes }) {
  return {
    ...(tags.length > 0 && { tags }),
    ...(tags.length > 0 && min > 0 && { minProbability: min }),
    ...(from && { uploadedFrom: midnight(from).toISOString() }),
    ...(to && { uploadedBefore: midnight(nextDay(to)).toISOString() }),
    ...(attributes.length > 0 && { attributes: Object.fromEntries(attributes.map(pair)) }),
  };
}

/** The beginning of a day in the time zone of the user. */
const midnight = (date) => new Date(date + "T00:00");

const nextDay = (date) => new Date(Date.parse(date) + DAY_MILLIS).toISOString().slice(0, 10);

const pair = (written) => [written.slice(0, written.indexOf("=")), written.slice(written.indexOf("=") + 1)];

/** Returns the URL parameters of a filter. */
export function filterParameters(state) {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(members(state))) {
    if (name === "tags") for (const tag of value) parameters.append(name, tag);
    else if (name === "attributes") for (const [key, wanted] of Object.entries(value)) parameters.append(name, `${key}=${wanted}`);
    else parameters.set(name, String(value));
  }
  return parameters;
}

/** Returns the JSON members of a filter. */
export function filterMembers(state) {
  const filter = members(state);
  return Object.keys(filter).length === 0 ? {} : { filter };
}

/** Fetches the tags of the media that match a filter. */
export async function tagCounts(state, signal) {
  const parameters = filterParameters(state);
  parameters.set("k", String(await atMost(MOST_TAGS)));
  return (await get("v1/tags?" + parameters, signal)).tags;
}

/** Counts the tags of some results, most frequent first. */
export function tagsOf(results) {
  const counts = new Map();
  for (const { tags, labelSet } of results) {
    for (const { labelId, displayName } of tags) {
      const known = counts.get(labelId);
      if (known) known.media++;
      else counts.set(labelId, { labelId, displayName, labelSet, media: 1 });
    }
  }
  return [...counts.values()].sort((one, other) => other.media - one.media);
}

/**
 * Shows the list of tags.
 *
 * @param counts `{labelId, media}`, in descending order
 * @param change called with the next state
 */
export function showTags(counts, state, change) {
  const held = byId("tags").contains(document.activeElement) ? document.activeElement.dataset.tag : undefined;
  const chosen = state.tags.map((tag) => counts.find(({ labelId }) => labelId === tag) ?? { labelId: tag, media: 0 });
  const others = counts.filter(({ labelId }) => !state.tags.includes(labelId));
  const shown = [...chosen, ...(all ? others : others.slice(0, SHOWN_FIRST))];
  const most = Math.max(1, ...counts.map(({ media }) => media));
  byId("tags").replaceChildren(...shown.map((count) => row(count, most, state, change)));
  byId("tags-none").hidden = shown.length > 0;
  byId("tags-all").hidden = others.length <= SHOWN_FIRST;
  byId("tags-all").setAttribute("aria-expanded", String(all));
  say(byId("tags-all"), all ? "tags.fewer" : "tags.all");
  byId("tags-all").onclick = () => {
    all = !all;
    showTags(counts, state, change);
  };
  if (held) byId("tags").querySelector(`[data-tag="${CSS.escape(held)}"]`)?.focus();
  byId("least").hidden = state.tags.length === 0;
  byId("least-value").textContent = state.min.toFixed(2);
  byId("least-range").value = String(state.min);
}

function row({ labelId, displayName, labelSet, media }, most, state, change) {
  const chosen = state.tags.includes(labelId);
  const tags = chosen ? state.tags.filter((tag) => tag !== labelId) : [...state.tags, labelId];
  const bar = h("span", { class: "tag-bar", "aria-hidden": "true" });
  bar.style.setProperty("--part", String(media / most));
  return h(
    "li",
    {},
    h(
      "button",
      { type: "button", class: "tag", "aria-pressed": String(chosen), "data-tag": labelId, click: () => change({ ...state, tags }) },
      bar,
      h("span", { class: "tag-name" }, tagName(labelId, displayName, labelSet)),
      h("span", { class: "tag-count", tAria: "tag.count", args: { n: media } }, String(media)),
    ),
  );
}

/** Starts the fields of days and attributes. `state` returns the current search. */
export function startFilters(state, change) {
  for (const name of ["from", "to"]) {
    byId(name).addEventListener("change", () => change({ ...state(), [name]: byId(name).value }));
  }
  byId("attribute-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const written = byId("attribute").value.trim();
    const valid = written.indexOf("=") > 0;
    byId("attribute-error").hidden = valid || written === "";
    byId("attribute").setAttribute("aria-invalid", String(!valid && written !== ""));
    if (!valid) return;
    byId("attribute").value = "";
    change(withAttribute(state(), written));
  });
}

/** Returns the state with one more attribute. A medium has one value of each name, so another value replaces it. */
export function withAttribute(state, written) {
  const [name] = pair(written);
  return { ...state, attributes: [...state.attributes.filter((each) => pair(each)[0] !== name), written] };
}

/** Shows the fields of days and attributes, with the attributes of the results as suggestions. */
export function showFields(state, results) {
  byId("from").value = state.from;
  byId("to").value = state.to;
  byId("from").max = state.to;
  byId("to").min = state.from;
  const known = new Set(results.flatMap(({ attributes }) => Object.entries(attributes ?? {}).map(([name, value]) => `${name}=${value}`)));
  byId("attributes").replaceChildren(...[...known].sort().slice(0, 100).map((value) => h("option", { value })));
  if (state.from || state.to || state.attributes.length > 0) byId("more-filters").open = true;
}

/** Returns the active filters as `{icon, content, name, without}`, `without` being the state without the filter. */
export const active = (state) => [
  ...state.tags.map((tag) => ({ icon: "label", content: tagName(tag), name: tag, without: { ...state, tags: state.tags.filter((each) => each !== tag) } })),
  ...["from", "to"].filter((key) => state[key]).map((key) => ({
    icon: "filter", content: h("span", { t: "chip." + key, args: { day: day(state[key]) } }), name: state[key], without: { ...state, [key]: "" },
  })),
  ...state.attributes.map((each) => ({
    icon: "filter", content: each, name: each, without: { ...state, attributes: state.attributes.filter((other) => other !== each) },
  })),
];

/** Returns the state without any filter. */
export const unfiltered = (state) => ({ ...state, ...UNFILTERED });

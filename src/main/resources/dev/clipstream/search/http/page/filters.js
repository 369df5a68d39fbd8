// The tag filter, with the number of media per tag.
import { get } from "./api.js";
import { byId, h } from "./dom.js";
import { say } from "./language.js";

const MOST_TAGS = 200;
const SHOWN_FIRST = 18;

let all = false;

/** Returns the URL parameters of a filter. */
export function filterParameters({ tags, min }) {
  const parameters = new URLSearchParams();
  for (const tag of tags) parameters.append("tags", tag);
  if (tags.length > 0 && min > 0) parameters.set("minProbability", String(min));
  return parameters;
}

/** Returns the JSON members of a filter. */
export const filterMembers = ({ tags, min }) =>
  tags.length === 0 ? {} : { filter: { tags, ...(min > 0 ? { minProbability: min } : {}) } };

/** Fetches the tags of the media that match a filter. */
export async function tagCounts(state, signal) {
  const parameters = filterParameters(state);
  parameters.set("k", String(MOST_TAGS));
  return (await get("v1/tags?" + parameters, signal)).tags;
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

function row({ labelId, media }, most, state, change) {
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
      h("span", { class: "tag-name" }, labelId),
      h("span", { class: "tag-count", tAria: "tag.count", args: { n: media } }, String(media)),
    ),
  );
}

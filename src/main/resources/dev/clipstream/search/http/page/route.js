// Keeps the state of the page in the URL, so that every view can be shared and the back button works.
//
//   ?q=a red car&part=0.5*media:ID&part=-0.5*text:night&tags=car&min=0.3   a search
//   &from=2026-03-01&to=2026-03-31&attribute=album=summer&sort=newest      its other filters, and its order
//   ?media=ID                                                              one medium
//   ?view=labels&media=ID&label=cat&label=dog&mode=multi                   the label playground
//   ?view=sets                                                             the label sets
//   ?view=sets&set=NAME                                                    the editor of one; without a name, of a new one
//   ?view=pipeline                                                         the pipeline

const PART = /^(-?\d+(?:\.\d+)?)\*(text|media|picture):([^]+)$/;

const NAMED = ["labels", "sets", "pipeline"]; // views that the URL names

/** A search without filters. */
export const UNFILTERED = { tags: [], min: 0, from: "", to: "", attributes: [] };
export const NOTHING = { q: "", parts: [], ...UNFILTERED, sort: "" };

/** Returns whether a search has a filter. */
export const isFiltered = ({ tags, from, to, attributes }) => tags.length > 0 || from !== "" || to !== "" || attributes.length > 0;

/**
 * Returns the view and its state: `{view, q, parts: [{weight, kind, value}], tags, min, from, to, attributes, sort, media,
 * labels, mode, set}`. `set` is the name of a label set, empty for a new one, or null for the list.
 */
export function route() {
  const found = new URLSearchParams(location.search);
  const media = found.get("media");
  const named = found.get("view");
  return {
    view: NAMED.includes(named) ? named : media ? "media" : "search",
    q: found.get("q") ?? "",
    parts: found.getAll("part").flatMap(part),
    tags: found.getAll("tags").filter((tag) => tag !== ""),
    min: Math.min(Math.max(Number(found.get("min")) || 0, 0), 1),
    from: date(found.get("from")),
    to: date(found.get("to")),
    attributes: found.getAll("attribute").filter((pair) => pair.indexOf("=") > 0),
    sort: ["newest", "oldest"].includes(found.get("sort")) ? found.get("sort") : "",
    media,
    labels: found.getAll("label"),
    mode: found.get("mode") === "multi" ? "multi" : "exclusive",
    set: found.get("set"),
  };
}

const date = (written) => (/^\d{4}-\d\d-\d\d$/.test(written ?? "") && !Number.isNaN(Date.parse(written)) ? written : "");

function part(written) {
  const found = PART.exec(written);
  return found && Number(found[1]) !== 0 ? [{ weight: Number(found[1]), kind: found[2], value: found[3] }] : [];
}

/** Returns the URL of a state. Missing members have their defaults. */
export function href({ view = "search", q, parts = [], tags = [], min, from, to, attributes = [], sort, media, labels = [], mode, set = null }) {
  const query = new URLSearchParams();
  if (NAMED.includes(view)) query.set("view", view);
  if (q) query.set("q", q);
  for (const { weight, kind, value } of parts) query.append("part", `${weight}*${kind}:${value}`);
  for (const tag of tags) query.append("tags", tag);
  if (min) query.set("min", String(min));
  if (from) query.set("from", from);
  if (to) query.set("to", to);
  for (const pair of attributes) query.append("attribute", pair);
  if (sort) query.set("sort", sort);
  if (media) query.set("media", media);
  for (const name of labels) query.append("label", name);
  if (mode === "multi") query.set("mode", mode);
  if (set !== null) query.set("set", set);
  const written = query.toString();
  return written === "" ? "./" : "?" + written;
}

let shown = () => {};

/** Sets the listener that renders the state of the URL. */
export function onRoute(listener) {
  shown = listener;
  addEventListener("popstate", () => shown(route()));
}

/** Navigates to a state; with `replace`, replaces the current history entry. */
export function go(state, { replace = false } = {}) {
  if (replace) history.replaceState(history.state, "", href(state));
  else history.pushState({ within: true }, "", href(state));
  shown(route());
}

/** Goes back if that stays on the page, or else to the search. */
export function back() {
  if (history.state?.within) history.back();
  else go(NOTHING);
}

/** A click listener for links within the page. Clicks that open a new tab keep their effect. */
export function follow(event) {
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  history.pushState({ within: true }, "", event.currentTarget.getAttribute("href"));
  shown(route());
}

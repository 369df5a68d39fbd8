// The results of a search: fetched in pages as the user scrolls, with a border between near and far ones.
import { fan } from "./angle.js";
import { atMost, get, post } from "./api.js";
import { arrows, card, isFar, placeholders, shownCosine } from "./card.js";
import { byId, h } from "./dom.js";
import { filterMembers, filterParameters, showFields, showTags, tagCounts, tagsOf, unfiltered } from "./filters.js";
import { say } from "./language.js";
import { onEvent } from "./live.js";
import { announce, away, failurePanel, fine, warnings } from "./notices.js";
import { query } from "./parts.js";
import { isFiltered, route } from "./route.js";

const PAGE = 96;
/** The service returns no results beyond this one. */
const LAST = 9968;
const SLOW_MILLIS = 160;
const ARRIVED_MILLIS = 700;

const grid = byId("results");

let asking; // aborts the running requests
let drawn; // the state of the shown results, and how they were answered
let results = [];
let arrived = new Set(); // media that were tagged since the newest were listed
let change = () => {};
/** Sees the end of the results approach. */
const end = new IntersectionObserver((entries) => {
  if (entries.some((entry) => entry.isIntersecting)) nextPage();
}, { rootMargin: "900px" });
let steerBy = () => {};

/**
 * @param steer called with a media id and +1 or -1
 * @param go    called with the next state
 */
export function startResults(steer, go) {
  change = go;
  arrows(grid, steer);
  byId("more").addEventListener("click", () => nextPage({ focus: true }));
  end.observe(byId("more"));
  byId("arrived").addEventListener("click", () => {
    refresh();
    byId("results-title").focus({ preventScroll: true });
  });
  byId("sort").addEventListener("change", () => change({ ...route(), sort: byId("sort").value }));
  for (const [event, on] of [["pointerover", true], ["focusin", true], ["pointerout", false], ["focusout", false]]) {
    grid.addEventListener(event, ({ target }) => highlight(target.closest("[data-media]")?.dataset.media, on));
  }
  onEvent("tagged", ({ mediaId }) => arrive(mediaId));
  steerBy = steer;
}

/** Returns the state of the shown results, or undefined if none are shown. */
export const shownState = () => drawn?.state;

/** Shows the results of a state, unless they are shown already. */
export function showResults(state, { anew = false } = {}) {
  const question = JSON.stringify([state.q, state.parts, state.tags, state.min, state.from, state.to, state.attributes, state.sort]);
  if (!anew && drawn?.question === question) return;
  ask(state, question);
}

/** Removes a medium that was deleted. The next view of the search fetches the results again. */
export function forget(mediaId) {
  const left = results.filter((result) => result.mediaId !== mediaId);
  if (drawn) drawn.offset -= results.length - left.length;
  results = left;
  for (const shown of document.querySelectorAll(`li[data-media="${CSS.escape(mediaId)}"]`)) shown.remove();
  if (drawn) drawn.question = "";
}

function refresh() {
  if (drawn) showResults(drawn.state, { anew: true });
}

async function ask(state, question) {
  asking?.abort();
  const { signal } = (asking = new AbortController());
  grid.setAttribute("aria-busy", "true");
  const slow = setTimeout(() => {
    if (results.length === 0) grid.replaceChildren(...placeholders(12));
  }, SLOW_MILLIS);
  const asked = query(state).length > 0;
  try {
    const [answer, counts] = await Promise.all([page(state, 0, signal), asked ? undefined : tagCounts(state, signal)]);
    const near = answer.results.filter((result) => !isFar(result));
    const all = answer.results;
    // sorted by time, far results would hide the near ones
    results = asked && state.sort === "newest" ? newestFirst(near.length > 0 ? near : all) : all;
    drawn = {
      question, state, asked, count: answer.count, offset: all.length, near: near.length,
      complete: answer.last || (asked && state.sort === "newest"),
      calibrated: all.some(({ percentile }) => typeof percentile === "number"),
    };
    arrived = new Set();
    showArrived();
    showTagsOf(asked ? (near.length > 0 ? near : all) : undefined, counts, state);
    showFields(state, all);
    draw();
    byId("warnings").replaceChildren(...warnings(answer));
    fine();
  } catch (failure) {
    if (failure.name === "AbortError") return;
    fail(failure, () => showResults(state, { anew: true }));
  } finally {
    clearTimeout(slow);
    if (!signal.aborted) grid.setAttribute("aria-busy", "false");
  }
}

/** Shows the tags of the results of a query, or without a query those of all media. */
function showTagsOf(counted, counts, state) {
  if (counted === undefined) {
    say(byId("tags-title"), "tags");
    showTags(counts, state, change);
  } else {
    say(byId("tags-title"), drawn.calibrated && drawn.near > 0 ? "tags.near" : "tags.nearest", { n: counted.length });
    showTags(tagsOf(counted), state, change);
  }
}

const newestFirst = (some) => [...some].sort((one, other) => other.uploadedAt.localeCompare(one.uploadedAt));

function fail(failure, again) {
  if (failure.problem === undefined) throw failure;
  drawn = undefined;
  if (failure.passing) {
    away(failure, again);
    if (results.length === 0) grid.replaceChildren(...placeholders(12));
    return;
  }
  results = [];
  grid.replaceChildren();
  byId("more").hidden = true;
  byId("fan-panel").hidden = true;
  byId("far").hidden = true;
  byId("warnings").replaceChildren();
  byId("sorting").hidden = true;
  byId("outcome").replaceChildren(failurePanel(failure, failure.status >= 500 ? again : undefined));
  say(byId("results-title"), "results.failed");
}

/** Fetches a page of results, with `last` if it is the last one. */
async function page(state, offset, signal) {
  const k = Math.min(await atMost(PAGE), LAST - offset);
  const answer = await fetchResults(state, k, offset, signal);
  return { ...answer, last: answer.results.length < k || offset + k >= LAST };
}

/** Fetches the nearest media, or without a query the newest. */
function fetchResults(state, k, offset, signal) {
  const parts = query(state);
  const parameters = filterParameters(state);
  parameters.set("k", String(k));
  parameters.set("offset", String(offset));
  if (parts.length === 0 && state.sort === "oldest") parameters.set("order", "oldest");
  if (parts.length === 0) return get("v1/media?" + parameters, signal);
  if (parts.length === 1 && parts[0].text && parts[0].weight > 0) {
    parameters.set("text", parts[0].text);
    return get("v1/search?" + parameters, signal);
  }
  return post("v1/search", { query: parts, k, offset, ...filterMembers(state) }, signal);
}

function draw() {
  const { state, asked, near, calibrated, complete } = drawn;
  const held = grid.contains(document.activeElement);
  const none = asked && calibrated && near === 0 && results.length > 0;
  grid.replaceChildren();
  append(results, asked && !none && state.sort !== "newest");
  if (held) grid.querySelector(".card-link")?.focus({ preventScroll: true });
  byId("more").hidden = complete;
  byId("fan").replaceChildren(...(asked && results.length > 0 ? [fan(results.slice(0, 24))] : []));
  byId("fan-panel").hidden = !asked || results.length === 0;
  if (asked && results.length > 0) {
    const cosines = results.map(({ cosine }) => cosine);
    say(byId("fan-text"), "fan.text", { most: shownCosine(Math.max(...cosines)), least: shownCosine(Math.min(...cosines)) });
  }
  byId("far").hidden = !none;
  if (none) say(byId("far-title"), state.q !== "" && state.parts.length === 0 ? "far.text" : "far.query", { text: state.q });
  showOrders(state, asked);
  byId("outcome").replaceChildren(...(results.length === 0 ? [nothing(state)] : []));
  title();
}

/** Shows the orders that the results can have: those of a query are near or new, those of all media new or old. */
function showOrders(state, asked) {
  const orders = asked ? ["", "newest"] : ["", "oldest"];
  const words = { "": asked ? "sort.nearest" : "sort.newest", newest: "sort.newest", oldest: "sort.oldest" };
  byId("sorting").hidden = results.length === 0;
  byId("sort").replaceChildren(...orders.map((order) => h("option", { value: order, t: words[order] })));
  byId("sort").value = orders.includes(state.sort) ? state.sort : "";
}

/** Appends cards, with a border before the first far result if there are near ones. */
function append(some, large = false) {
  for (const [at, result] of some.entries()) {
    const far = drawn.asked && isFar(result);
    if (far && drawn.near > 0 && drawn.state.sort !== "newest" && !grid.querySelector(".border")) {
      grid.append(h("li", { class: "border" }, h("span", { t: "far.border" })));
    }
    grid.append(card(result, steerBy, large && at === 0));
  }
}

function title() {
  const { state, asked, count } = drawn;
  const heading = byId("results-title");
  const alone = state.q !== "" && state.parts.length === 0;
  if (results.length === 0) say(heading, "results.failed");
  else if (asked && state.sort === "newest") say(heading, "results.sorted", { n: results.length });
  else if (asked) say(heading, alone ? "results.nearest" : "results.like", { text: state.q });
  else say(heading, state.sort === "oldest" ? "results.oldest" : "results.newest", { n: count ?? results.length });
  announce(...[heading, byId("far").hidden ? null : byId("far-title")].filter(Boolean).map(({ dataset }) =>
    h("p", { t: dataset.t, args: JSON.parse(dataset.args ?? "{}") })));
  document.title = (state.q || "Clipstream") + (state.q ? " · Clipstream" : "");
}

function nothing(state) {
  const filtered = isFiltered(state);
  const gone = state.parts.some((part) => part.kind === "picture") && query(state).length === 0;
  const key = gone ? "nothing.gone" : filtered ? "nothing.filtered" : "nothing.yet";
  return h(
    "div",
    { class: "panel" },
    h("h2", { t: key }),
    h("p", { class: "quiet", t: key + ".text" }),
    filtered
      ? h("button", { type: "button", class: "button", t: "nothing.unfilter", click: () => change(unfiltered(state)) })
      : h("label", { class: "button", for: "upload", t: "upload" }),
  );
}

let further = false; // whether a further page is being fetched

/** Appends the next page. With `focus`, moves the keyboard focus to its first card. */
async function nextPage({ focus = false } = {}) {
  if (further || byId("more").hidden || !drawn || drawn.complete) return;
  further = true;
  const held = drawn;
  byId("more").disabled = true;
  byId("outcome").replaceChildren();
  try {
    const answer = await page(held.state, held.offset);
    if (drawn !== held) return;
    const known = new Set(results.map(({ mediaId }) => mediaId));
    const fresh = answer.results.filter(({ mediaId }) => !known.has(mediaId)); // new uploads move the others on
    held.offset += answer.results.length;
    held.complete = answer.last;
    const first = grid.children.length;
    results = [...results, ...fresh];
    append(fresh);
    byId("more").hidden = held.complete;
    end.unobserve(byId("more")); // the end may still be near: an observer reports changes only
    end.observe(byId("more"));
    if (focus) grid.children[first]?.querySelector(".card-link")?.focus();
  } catch (failure) {
    if (failure.problem === undefined) throw failure;
    if (drawn === held) byId("outcome").replaceChildren(failurePanel(failure));
  } finally {
    byId("more").disabled = false;
    further = false;
  }
}

/** Offers to show new media, or shows them if there are none yet. */
function arrive(mediaId) {
  if (!drawn || drawn.asked || drawn.state.sort !== "" || isFiltered(drawn.state) || results.some((result) => result.mediaId === mediaId)) return;
  arrived.add(mediaId);
  if (results.length > 0) showArrived();
  else if (arrived.size === 1) setTimeout(() => drawn && !drawn.asked && refresh(), ARRIVED_MILLIS);
}

function showArrived() {
  byId("arrived").hidden = arrived.size === 0;
  if (arrived.size > 0) say(byId("arrived"), "results.arrived", { n: arrived.size });
}

function highlight(mediaId, on) {
  if (mediaId) byId("fan").querySelector(`[data-ray="${CSS.escape(mediaId)}"]`)?.classList.toggle("lit", on);
}

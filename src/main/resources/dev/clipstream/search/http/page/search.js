// The search view: field, chips, filters and results. The URL has the query; this module renders it.
import { fan } from "./angle.js";
import { get, post } from "./api.js";
import { arrows, card, placeholders, shownCosine } from "./card.js";
import { byId, debounced, h } from "./dom.js";
import { filterMembers, filterParameters, showTags, tagCounts } from "./filters.js";
import { say } from "./language.js";
import { announce, away, failurePanel, fine } from "./notices.js";
import { chips, query, withPart } from "./parts.js";
import { take } from "./pictures.js";
import { go, NOTHING, route } from "./route.js";

const PAGE = 24;
const TYPING_MILLIS = 250;
const SLOW_MILLIS = 160;

const field = byId("text");
const grid = byId("results");

let asking; // aborts the running requests
let drawn; // the state that the shown results belong to
let typing = false; // whether the current history entry is still being typed
let results = [];

export function startSearch() {
  const typed = debounced(search, TYPING_MILLIS);
  field.addEventListener("input", (event) => {
    byId("clear").hidden = field.value === "";
    if (!event.isComposing) typed();
  });
  field.addEventListener("compositionend", () => typed());
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && field.value !== "") {
      event.stopPropagation();
      field.value = "";
      typed();
    }
    if (event.key === "ArrowDown" && grid.querySelector(".card-link")) {
      event.preventDefault();
      grid.querySelector(".card-link").focus();
    }
  });
  byId("search-form").addEventListener("submit", (event) => {
    event.preventDefault();
    typed.cancel();
    search();
    typing = false;
  });
  byId("clear").addEventListener("click", () => {
    field.value = "";
    search();
    field.focus();
  });
  byId("picture").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    event.target.value = "";
    if (file) await searchByPicture(file);
  });
  for (const example of document.querySelectorAll("[data-example]")) {
    example.addEventListener("click", () => go({ ...NOTHING, q: example.dataset.example }));
  }
  byId("least-range").addEventListener("input", debounced(() =>
    change({ ...route(), min: Number(byId("least-range").value) }), TYPING_MILLIS));
  byId("least-range").addEventListener("input", () => {
    byId("least-value").textContent = Number(byId("least-range").value).toFixed(2);
  });
  byId("filters-open").addEventListener("click", () => {
    const open = byId("side").classList.toggle("open");
    byId("filters-open").setAttribute("aria-expanded", String(open));
  });
  byId("more").addEventListener("click", nextPage);
  arrows(grid, steer);
  for (const [event, on] of [["pointerover", true], ["focusin", true], ["pointerout", false], ["focusout", false]]) {
    grid.addEventListener(event, ({ target }) => highlight(target.closest("[data-media]")?.dataset.media, on));
  }
}

function search() {
  const state = { ...route(), view: "search", media: null, q: field.value.trim() };
  if (state.q === route().q && route().view === "search") return;
  go(state, { replace: typing });
  typing = true;
}

/** Navigates to another search. */
function change(state) {
  typing = false;
  go({ ...state, view: "search", media: null });
}

/** Adds a medium to the query, with a positive or negative weight. */
export function steer(mediaId, sign) {
  const state = route().view === "search" ? route() : { ...NOTHING, ...(drawn?.state ?? {}) };
  change(withPart(state, "media", mediaId, sign));
  window.scrollTo({ top: 0, behavior: "smooth" });
}

/** Searches by an image of the user. */
export async function searchByPicture(file) {
  const picture = await take(file);
  change({ ...NOTHING, parts: [{ kind: "picture", value: picture.key, weight: 1 }] });
}

/** Shows a search, unless it is already shown. */
export function showSearch(state, { anew = false } = {}) {
  if (field.value.trim() !== state.q) field.value = state.q;
  byId("clear").hidden = field.value === "";
  const asked = state.q !== "" || state.parts.length > 0;
  byId("hero").classList.toggle("unseen", asked || state.tags.length > 0);
  showChips(state);
  const question = JSON.stringify([state.q, state.parts, state.tags, state.min]);
  if (!anew && drawn?.question === question) return;
  ask(state, question);
}

/** Shows the chips and keeps the keyboard focus within them. */
function showChips(state) {
  const list = byId("chips");
  const held = [...list.querySelectorAll("button, input")].indexOf(document.activeElement);
  list.replaceChildren(...chips(state, change));
  if (held >= 0) (list.querySelectorAll("button")[held] ?? list.querySelector("button") ?? field).focus();
}

async function ask(state, question) {
  asking?.abort();
  const { signal } = (asking = new AbortController());
  grid.setAttribute("aria-busy", "true");
  const slow = setTimeout(() => {
    if (results.length === 0) grid.replaceChildren(...placeholders(12));
  }, SLOW_MILLIS);
  try {
    const [answer, counts] = await Promise.all([page(state, 0, signal), tagCounts(state, signal)]);
    results = answer.results;
    drawn = { question, state, count: answer.count };
    showTags(counts, state, change);
    draw(state);
    fine();
  } catch (failure) {
    if (failure.name === "AbortError") return;
    fail(failure, () => showSearch(state, { anew: true }));
  } finally {
    clearTimeout(slow);
    if (!signal.aborted) grid.setAttribute("aria-busy", "false");
  }
}

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
  byId("fan").replaceChildren();
  byId("outcome").replaceChildren(failurePanel(failure, failure.status >= 500 ? again : undefined));
  say(byId("results-title"), "results.failed");
}

/** Fetches a page of results: the nearest media, or without a query the newest. */
function page(state, offset, signal) {
  const parts = query(state);
  if (parts.length === 0) {
    const parameters = filterParameters(state);
    parameters.set("k", String(PAGE));
    parameters.set("offset", String(offset));
    return get("v1/media?" + parameters, signal);
  }
  if (parts.length === 1 && parts[0].text && parts[0].weight > 0) {
    const parameters = filterParameters(state);
    parameters.set("text", parts[0].text);
    parameters.set("k", String(PAGE));
    parameters.set("offset", String(offset));
    return get("v1/search?" + parameters, signal);
  }
  return post("v1/search", { query: parts, k: PAGE, offset, ...filterMembers(state) }, signal);
}

function draw(state) {
  const asked = query(state).length > 0;
  const held = grid.contains(document.activeElement);
  grid.replaceChildren(...results.map((result, at) => card(result, steer, asked && at === 0)));
  if (held) grid.querySelector(".card-link")?.focus({ preventScroll: true });
  byId("more").hidden = results.length < PAGE;
  byId("fan").replaceChildren(...(asked && results.length > 0 ? [fan(results)] : []));
  byId("fan-panel").hidden = !asked || results.length === 0;
  if (asked && results.length > 0) {
    say(byId("fan-text"), "fan.text", { most: shownCosine(results[0].cosine), least: shownCosine(results.at(-1).cosine) });
  }
  byId("outcome").replaceChildren(...(results.length === 0 ? [nothing(state)] : []));
  title(state, asked);
}

function title(state, asked) {
  const heading = byId("results-title");
  if (asked && results.length === 0) say(heading, "results.failed");
  else if (asked) say(heading, state.q !== "" && state.parts.length === 0 ? "results.nearest" : "results.like", { n: results.length, text: state.q });
  else say(heading, "results.newest", { n: drawn.count ?? results.length });
  announce(h("span", { t: heading.dataset.t, args: JSON.parse(heading.dataset.args ?? "{}") }));
  document.title = (state.q || "Clipstream") + (state.q ? " · Clipstream" : "");
}

function nothing(state) {
  const filtered = state.tags.length > 0;
  const gone = state.parts.some((part) => part.kind === "picture") && query(state).length === 0;
  const key = gone ? "nothing.gone" : filtered ? "nothing.filtered" : "nothing.yet";
  return h(
    "div",
    { class: "panel" },
    h("h2", { t: key }),
    h("p", { class: "quiet", t: key + ".text" }),
    filtered
      ? h("button", { type: "button", class: "button", t: "nothing.unfilter", click: () => change({ ...state, tags: [], min: 0 }) })
      : h("label", { class: "button", for: "upload", t: "upload" }),
  );
}

async function nextPage() {
  const state = drawn.state;
  byId("more").disabled = true;
  try {
    const { results: further } = await page(state, results.length);
    if (drawn?.state !== state) return;
    results = [...results, ...further];
    const first = grid.children.length;
    grid.append(...further.map((result) => card(result, steer)));
    grid.children[first]?.querySelector("a").focus();
    byId("more").hidden = further.length < PAGE;
    title(state, query(state).length > 0);
  } catch (failure) {
    fail(failure, () => showSearch(state, { anew: true }));
  } finally {
    byId("more").disabled = false;
  }
}

function highlight(mediaId, on) {
  if (mediaId) byId("fan").querySelector(`[data-ray="${CSS.escape(mediaId)}"]`)?.classList.toggle("lit", on);
}

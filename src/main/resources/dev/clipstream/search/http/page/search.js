// The search view: the field, the chips of the query and the filters. The URL has the search.
import { isSavable } from "./alerts.js";
import { byId, debounced } from "./dom.js";
import { startFilters } from "./filters.js";
import { onLanguage } from "./language.js";
import { chips, withPart } from "./parts.js";
import { take } from "./pictures.js";
import { showResults, shownState, startResults } from "./results.js";
import { go, isFiltered, NOTHING, route } from "./route.js";

const TYPING_MILLIS = 250;

const field = byId("text");

let typing = false; // whether the current history entry is still being typed

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
    const first = byId("results").querySelector(".card-link");
    if (event.key === "ArrowDown" && first) {
      event.preventDefault();
      first.focus();
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
  startFilters(route, change);
  startResults(steer, change);
  onLanguage(() => showChips(route()));
}

function search() {
  const state = { ...route(), view: "search", media: null, q: field.value.trim() };
  if (state.q === route().q && route().view === "search") return;
  go(state, { replace: typing });
  typing = true;
}

/** Navigates to another search. */
export function change(state) {
  typing = false;
  go({ ...state, view: "search", media: null });
}

/** Adds a medium to the query, with a positive or negative weight. */
export function steer(mediaId, sign) {
  const state = route().view === "search" ? route() : { ...NOTHING, ...shownState() };
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
  byId("hero").classList.toggle("unseen", state.q !== "" || state.parts.length > 0 || isFiltered(state));
  byId("save-search").hidden = !isSavable(state);
  showChips(state);
  showResults(state, { anew });
}

/** Shows the chips and keeps the keyboard focus within them. */
function showChips(state) {
  const list = byId("chips");
  const held = [...list.querySelectorAll("button, input")].indexOf(document.activeElement);
  list.replaceChildren(...chips(state, change));
  if (held >= 0) (list.querySelectorAll("button")[held] ?? list.querySelector("button") ?? field).focus();
}

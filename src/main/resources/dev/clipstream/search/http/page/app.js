// Starts the page and switches between its views.
import { startAlerts } from "./alerts.js";
import { byId } from "./dom.js";
import { startKey } from "./key.js";
import { labelPicture, showLabels, startLabels } from "./labels.js";
import { startLanguage } from "./language.js";
import { showLive, startLive } from "./live.js";
import { showMedium, startMedium } from "./medium.js";
import { startNames } from "./names.js";
import { onDrop, onPaste } from "./pictures.js";
import { showPipeline, startPipeline } from "./pipeline.js";
import { back, follow, onRoute, route } from "./route.js";
import { searchByPicture, showSearch, startSearch } from "./search.js";
import { showSets, startSets } from "./sets.js";
import { send, startUploads } from "./uploads.js";

const VIEWS = ["search", "media", "labels", "sets", "pipeline"];
const SECTIONS = { search: "search", media: "medium", labels: "labels", sets: "sets", pipeline: "pipeline" };
let seen;
let searchScroll = 0;
let searchFocus; // the focused element when the user left the search view

function show(state, { anew = false } = {}) {
  if (seen === "search" && state.view !== "search") {
    searchScroll = window.scrollY;
    searchFocus = document.activeElement;
  }
  for (const view of VIEWS) byId(SECTIONS[view]).hidden = view !== state.view;
  for (const link of document.querySelectorAll("[data-view]")) {
    if (link.dataset.view === state.view) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.title = "Clipstream";
  if (state.view === "search") {
    showSearch(state, { anew });
    if (seen && seen !== "search") {
      window.scrollTo(0, searchScroll);
      (searchFocus?.isConnected ? searchFocus : byId("results-title")).focus({ preventScroll: true });
    }
  } else {
    if (seen !== state.view || state.view === "media") window.scrollTo(0, 0);
    if (state.view === "media") showMedium(state.media);
    if (state.view === "labels") showLabels(state);
    if (state.view === "sets") showSets(state);
    if (state.view === "pipeline") {
      showPipeline();
      showLive();
    }
  }
  seen = state.view;
}

function startTheme(toggle) {
  toggle.addEventListener("click", () => {
    const dark = getComputedStyle(document.documentElement).colorScheme.trim() === "dark"
      || (!document.documentElement.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches);
    const theme = dark ? "light" : "dark";
    document.documentElement.dataset.theme = theme;
    localStorage.setItem("clipstream.theme", theme);
  });
}

function startKeys() {
  addEventListener("keydown", (event) => {
    // a dialog without an enabled button does not have the focus
    const writing = document.querySelector("dialog[open]") || event.target.closest?.("input, textarea, select");
    if (event.key === "/" && !writing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      if (route().view !== "search") document.querySelector("[data-view=search]").click();
      byId("text").focus();
      byId("text").select();
    } else if (event.key === "Escape" && !writing && route().view === "media") back();
  });
}

function startPictures() {
  onDrop(byId("drop"), (files, where) => {
    if (files.length === 0) return;
    if (where === "upload") send(files);
    else if (route().view === "labels") labelPicture(files[0]);
    else searchByPicture(files[0]);
  });
  onPaste(([file]) => (route().view === "labels" ? labelPicture(file) : searchByPicture(file)));
}

for (const link of document.querySelectorAll("a[data-view]")) link.addEventListener("click", follow);
startLanguage(byId("language"));
startTheme(byId("theme"));
startKeys();
startKey();
startNames();
startSearch();
startLabels();
startMedium();
startSets();
startAlerts();
startUploads();
startPictures();
startPipeline();
startLive();
onRoute(show);
show(route());

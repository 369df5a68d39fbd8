// Starts the page: views, keyboard shortcuts, drag and drop, paste, uploads, language, theme and API key.
import { onRefused, takeKey, upload } from "./api.js";
import { byId, h } from "./dom.js";
import { say, startLanguage } from "./language.js";
import { labelPicture, showLabels, startLabels } from "./labels.js";
import { onEvent, startLive } from "./live.js";
import { showMedium } from "./medium.js";
import { fade, failureNotice, notice } from "./notices.js";
import { onDrop, onPaste, picturesOf } from "./pictures.js";
import { showPipeline, startPipeline } from "./pipeline.js";
import { back, follow, href, onRoute, route } from "./route.js";
import { searchByPicture, showSearch, startSearch } from "./search.js";

const VIEWS = ["search", "media", "labels", "pipeline"];
const SECTIONS = { search: "search", media: "medium", labels: "labels", pipeline: "pipeline" };
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
      if (searchFocus?.isConnected) searchFocus.focus({ preventScroll: true });
    }
  } else {
    if (seen !== state.view || state.view === "media") window.scrollTo(0, 0);
    if (state.view === "media") showMedium(state.media);
    if (state.view === "labels") showLabels(state);
    if (state.view === "pipeline") showPipeline();
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
    const writing = event.target.closest?.("input, textarea, select, dialog");
    if (event.key === "/" && !writing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      if (route().view !== "search") document.querySelector("[data-view=search]").click();
      byId("text").focus();
      byId("text").select();
    } else if (event.key === "Escape" && !writing && route().view === "media") back();
  });
}

/** Shows the key dialog when the service requires an API key. */
function startKeyDialog() {
  const dialog = byId("key-dialog");
  onRefused(({ problem }) => {
    // the remedy describes the header, which is of no use to users of the page
    byId("key-remedy").textContent = problem.expected?.startsWith("one of the keys") ? "" : problem.remedy ?? "";
    if (!dialog.open) dialog.showModal();
  });
  byId("key-form").addEventListener("submit", () => {
    takeKey(byId("key").value.trim());
    location.reload();
  });
}

const underway = new Map(); // notices of uploads in progress, by media id

async function send(file) {
  // unique, because an existing id would replace that medium
  const mediaId = file.name.replace(/(\.\w+)?$/, (end) => `-${Date.now().toString(36)}${end}`);
  const text = h("span", { t: "upload.sending" });
  const shown = notice("plain", h("strong", {}, file.name), text);
  try {
    underway.set(mediaId, { shown, text });
    await upload(file, mediaId);
    if (underway.has(mediaId)) say(text, "upload.sent");
  } catch (failure) {
    underway.delete(mediaId);
    shown.remove();
    failureNotice(file.name, failure);
  }
}

function startUploads() {
  byId("upload").addEventListener("change", (event) => {
    picturesOf(event.target.files).forEach(send);
    event.target.value = "";
  });
  onEvent("tagged", ({ mediaId, tags }) => {
    const sent = underway.get(mediaId);
    if (!sent) return;
    underway.delete(mediaId);
    const names = tags.slice(0, 3).map((tag) => tag.displayName).join(" · ");
    say(sent.text, names ? "upload.tagged" : "upload.untagged", { names });
    sent.text.after(" ", h("a", { href: href({ media: mediaId }), click: follow, t: "upload.see" }));
    fade(sent.shown);
  });
  onEvent("rejected", ({ mediaId, reason, message }) => {
    const sent = underway.get(mediaId);
    if (!sent) return;
    underway.delete(mediaId);
    sent.shown.classList.add("bad");
    say(sent.text, "upload.rejected", { reason, message: message ?? "" });
  });
}

function startPictures() {
  onDrop(byId("drop"), (files, where) => {
    if (files.length === 0) return;
    if (where === "upload") files.forEach(send);
    else if (route().view === "labels") labelPicture(files[0]);
    else searchByPicture(files[0]);
  });
  onPaste(([file]) => (route().view === "labels" ? labelPicture(file) : searchByPicture(file)));
}

for (const link of document.querySelectorAll("a[data-view]")) link.addEventListener("click", follow);
startLanguage(byId("language"));
startTheme(byId("theme"));
startKeys();
startKeyDialog();
startSearch();
startLabels();
startUploads();
startPictures();
startPipeline();
startLive();
onRoute(show);
show(route());

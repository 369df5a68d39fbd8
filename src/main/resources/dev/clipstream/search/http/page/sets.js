// The label sets: their versions, what was refused of them, and the progress of re-tagging.
import { alertsSection, drawMatches } from "./alerts.js";
import { get } from "./api.js";
import { byId, h, icon } from "./dom.js";
import { leaveEditor, showEditor } from "./editor.js";
import { failurePanel } from "./notices.js";
import { progressBar } from "./progress.js";
import { follow, href, route } from "./route.js";
import { refusals, summary } from "./summary.js";

const EVERY_MILLIS = 2000;

let timer;
let drawn; // what the list shows, as JSON

export function startSets() {
  document.addEventListener("visibilitychange", () => document.hidden || (isListed() && look()));
}

const isListed = () => route().view === "sets" && route().set === null;

/** Shows the list of label sets, or the editor of one. */
export function showSets({ set }) {
  clearTimeout(timer);
  if (set !== null) {
    showEditor(byId("sets"), set);
    return;
  }
  leaveEditor();
  drawn = undefined;
  byId("sets").replaceChildren(
    h("div", { class: "view-head" }, h("h1", { t: "sets" }), h("p", { t: "sets.text" })),
    h("p", { class: "actions" }, h("a", { class: "button", href: href({ view: "sets", set: "" }), click: follow }, icon("plus"), h("span", { t: "sets.new" }))),
    h("div", { id: "retagging" }),
    h("ul", { class: "sets", id: "set-list", role: "list", "aria-busy": "true" }),
    ...alertsSection(),
  );
  drawMatches();
  look();
}

/** Fetches the list again while it is visible. */
async function look() {
  clearTimeout(timer);
  const list = byId("set-list");
  try {
    const { sets = [] } = await get("v1/labels");
    if (!list.isConnected) return;
    list.setAttribute("aria-busy", "false");
    const found = JSON.stringify(sets);
    if (found !== drawn) draw(list, sets);
    drawn = found;
    await showProgress(sets);
  } catch (failure) {
    if (failure.problem === undefined) throw failure;
    if (!list.isConnected) return;
    if (list.children.length === 0 || !failure.passing) {
      list.replaceChildren(h("li", {}, failurePanel(failure, look)));
      return;
    }
  }
  timer = setTimeout(() => document.hidden || (isListed() && look()), EVERY_MILLIS);
}

/** Draws the list and keeps the keyboard focus within it. */
function draw(list, sets) {
  const focused = list.contains(document.activeElement) && document.activeElement.dataset.set;
  list.replaceChildren(...sets.filter((set) => !set.alert).map(item));
  if (focused) list.querySelector(`a[data-set="${CSS.escape(focused)}"]`)?.focus();
}

/** Shows how far the media are tagged with the set that was changed last, which covers all earlier changes. */
async function showProgress(sets) {
  const [newest] = sets.filter(({ at }) => at).sort((one, other) => other.at.localeCompare(one.at));
  if (!newest) return;
  const progress = await get(`v1/labels/${encodeURIComponent(newest.name)}/progress`);
  byId("retagging")?.replaceChildren(progressBar(progress));
}

const item = (set) =>
  h(
    "li",
    { class: "panel set" },
    h("h2", {}, h("a", { href: href({ view: "sets", set: set.name }), "data-set": set.name, click: follow }, set.name)),
    summary(set),
    set.description ? h("p", { class: "quiet" }, set.description) : null,
    ...refusals(set),
  );

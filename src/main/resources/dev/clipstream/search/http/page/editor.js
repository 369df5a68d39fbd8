// The editor of a label set: its YAML, what a change would do to the media, and applying it.
import { ask, get } from "./api.js";
import { changes } from "./changes.js";
import { byId, h, icon } from "./dom.js";
import { say } from "./language.js";
import { announce, fade, failurePanel, notice, reason } from "./notices.js";
import { progressBar } from "./progress.js";
import { follow, go, href, route } from "./route.js";
import { refusals, summary } from "./summary.js";

const YAML = "application/yaml";
const PROGRESS_MILLIS = 1000;

const drafts = new Map(); // texts that were changed and not applied, by the name of the set
let opened; // the set in the editor as the service has it: {name, text, etag}; without an etag, the topic does not have it
let timer;

const NEW = `name: my-labels
version: "1"
language: en
mode: multi
topK: 5
threshold: 0.5
labels:
  - {id: dog, names: {en: dog, zh: 狗}}
`;

const setPath = (name) => "v1/labels/" + encodeURIComponent(name);

/** Shows the editor of a set; of a new one for an empty name. */
export async function showEditor(view, name) {
  clearTimeout(timer);
  opened = { name, text: NEW, etag: null };
  document.title = (name || "…") + " · Clipstream";
  view.replaceChildren(
    h("a", { class: "bare back", href: href({ view: "sets" }), click: follow }, icon("back"), h("span", { t: "sets" })),
    h("div", { class: "view-head" }, name ? h("h1", { id: "set-title", tabindex: "-1" }, name) : h("h1", { id: "set-title", tabindex: "-1", t: "sets.new" })),
    h("div", { id: "set-body", "aria-busy": "true" }),
  );
  byId("set-title").focus({ preventScroll: true });
  if (name !== "") {
    try {
      await fetchSet(name);
    } catch (failure) {
      if (failure.problem === undefined) throw failure;
      if (isShown(name)) byId("set-body").replaceChildren(failurePanel(failure, () => showEditor(view, name)));
      return;
    }
  }
  if (!isShown(name)) return;
  byId("set-body").replaceChildren(...form(opened));
  byId("set-body").setAttribute("aria-busy", "false");
  write(drafts.get(name) ?? opened.text);
  if (name !== "") follows(name);
}

export const leaveEditor = () => clearTimeout(timer);

const isShown = (name) => route().view === "sets" && route().set === name;

/** Fetches a set and its state. A set that comes from the configuration is not on the topic. */
async function fetchSet(name) {
  const [response, { sets }] = await Promise.all([ask(setPath(name), { headers: { Accept: YAML } }), get("v1/labels")]);
  const state = sets.find((set) => set.name === name);
  opened = { name, text: await response.text(), etag: state?.source === "topic" ? response.headers.get("ETag") : null, state };
}

const form = ({ state, etag }) => [
  ...(state ? [summary(state), ...refusals(state)] : []),
  h(
    "form",
    { class: "set-form", id: "set-form", submit: apply },
    h("label", { class: "small", for: "yaml", t: "editor.yaml" }),
    h(
      "div",
      { class: "editor" },
      h("div", { class: "lines", id: "lines", "aria-hidden": "true" }),
      h("textarea", {
        id: "yaml", rows: "22", wrap: "off", spellcheck: "false", autocapitalize: "off", autocomplete: "off",
        "aria-describedby": "yaml-error", input: typed, scroll: align,
      }),
    ),
    h("p", { class: "error", id: "yaml-error", role: "alert", hidden: true }),
    h(
      "div",
      { class: "choices" },
      h("button", { type: "submit", class: "button main", id: "set-apply", t: "editor.apply" }),
      h("button", { type: "button", class: "button", id: "set-preview", t: "editor.preview", click: preview }),
      h("button", { type: "button", class: "bare", id: "set-revert", t: "editor.revert", click: revert, hidden: true }),
      etag ? h("button", { type: "button", class: "bare", id: "set-delete", click: askToDelete }, icon("trash"), h("span", { t: "delete" })) : null,
    ),
  ),
  h("div", { id: "set-progress" }),
  h("div", { id: "set-changes" }),
];

function write(text) {
  byId("yaml").value = text;
  typed();
}

function typed() {
  const { value } = byId("yaml");
  numberLines(value.split("\n").length);
  const changed = value !== opened.text;
  if (changed) drafts.set(opened.name, value);
  else drafts.delete(opened.name);
  byId("set-revert").hidden = !changed;
  tell(null);
  align();
}

function numberLines(count) {
  const lines = byId("lines");
  while (lines.children.length > count) lines.lastChild.remove();
  while (lines.children.length < count) lines.append(h("span", {}, String(lines.children.length + 1)));
}

/** Keeps the line numbers beside their lines. */
function align() {
  byId("lines").style.setProperty("--scrolled", byId("yaml").scrollTop + "px");
}

/** Shows why the text was refused, at its line; null: it was not. */
function tell(failure) {
  const error = byId("yaml-error");
  const { line, words } = wrongLine(failure);
  error.hidden = failure === null;
  byId("yaml").setAttribute("aria-invalid", String(failure !== null));
  for (const wrong of byId("lines").querySelectorAll(".wrong")) wrong.classList.remove("wrong");
  if (failure === null) return;
  error.replaceChildren(
    ...(line && words ? [h("strong", { t: "editor.line", args: { line } }), " ", h("span", { lang: "en" }, words)] : [reason(failure)]),
    failure.problem.code === "labels-changed" ? h("button", { type: "button", class: "bare", t: "editor.current", click: reload }) : "",
  );
  if (!line) return;
  byId("lines").children[line - 1]?.classList.add("wrong");
  goTo(line);
}

/** Returns the line that a refusal is about, with what is wrong there; without a line, the refusal is about the whole. */
function wrongLine(failure) {
  if (failure?.problem.code === "same-version") {
    return { line: byId("yaml").value.split("\n").findIndex((each) => each.startsWith("version:")) + 1 };
  }
  const [, line, words] = /^body, line (\d+)[,:] ([^]+)$/.exec(failure?.problem.found ?? "") ?? [];
  return { line: Number(line ?? 0), words };
}

/** Drops the text in favour of the version that the topic has. */
function reload() {
  drafts.delete(opened.name);
  showEditor(byId("sets"), opened.name);
}

/** Selects a line and scrolls to it. */
function goTo(line) {
  const yaml = byId("yaml");
  const lines = yaml.value.split("\n");
  const start = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
  yaml.focus();
  yaml.setSelectionRange(start, start + (lines[line - 1] ?? "").length);
  const height = parseFloat(getComputedStyle(yaml).lineHeight);
  yaml.scrollTop = Math.max(0, (line - 1) * height - yaml.clientHeight / 2);
}

function revert() {
  write(opened.text);
  byId("set-changes").replaceChildren();
  byId("yaml").focus();
}

/** Returns the name in the text: that of a new set. */
const nameIn = (text) => /^name:\s*["']?([^"'\n#]*)/m.exec(text)?.[1].trim() ?? "";

const nameOfSet = () => opened.name || nameIn(byId("yaml").value) || "unnamed";

const busy = (is) => {
  for (const id of ["set-apply", "set-preview"]) byId(id).disabled = is;
};

async function preview() {
  const { name } = opened;
  await working(name, async () => {
    const body = byId("yaml").value;
    const found = await (await ask(setPath(nameOfSet()) + "/preview", { method: "POST", headers: { "Content-Type": YAML }, body })).json();
    if (!isShown(name)) return;
    byId("set-changes").replaceChildren(...changes(found, name));
    byId("set-changes").querySelector("h2")?.focus();
  });
}

async function apply(event) {
  event.preventDefault();
  const { name, etag } = opened;
  await working(name, async () => {
    const text = byId("yaml").value;
    const as = nameOfSet();
    const precondition = etag ? { "If-Match": etag } : { "If-None-Match": "*" };
    const response = await ask(setPath(as), { method: "PUT", headers: { "Content-Type": YAML, ...precondition }, body: text });
    drafts.delete(name);
    fade(notice("plain", h("strong", {}, as), h("p", { t: "editor.applied" })));
    announce(h("span", { t: "editor.applied" }));
    if (!isShown(name)) return;
    if (name !== as) go({ view: "sets", set: as }, { replace: true });
    else if (response.status === 200) await showEditor(byId("sets"), as);
    else {
      // accepted, and not yet in use by this instance
      opened = { ...opened, text, etag: response.headers.get("ETag") };
      typed();
    }
  });
}

/** Runs a request about the text of a set, and shows its refusal at the line. */
async function working(name, work) {
  busy(true);
  tell(null);
  try {
    await work();
  } catch (failure) {
    if (failure.problem === undefined) throw failure;
    if (isShown(name)) tell(failure);
  } finally {
    if (byId("set-apply")) busy(false);
  }
}

/** Shows the progress of re-tagging with a set while it is in the editor. */
async function follows(name) {
  clearTimeout(timer);
  try {
    const progress = document.hidden ? null : await get(setPath(name) + "/progress");
    if (!isShown(name)) return;
    if (progress) byId("set-progress").replaceChildren(progressBar(progress));
  } catch (failure) {
    if (failure.problem === undefined) throw failure;
    if (!failure.passing) return;
  }
  timer = setTimeout(() => isShown(name) && follows(name), PROGRESS_MILLIS);
}

function askToDelete() {
  const { name, etag } = opened;
  const dialog = byId("set-dialog");
  say(byId("set-dialog-title"), "delete.title", { name });
  byId("set-dialog-error").hidden = true;
  byId("set-dialog-no").onclick = () => dialog.close();
  byId("set-dialog-form").onsubmit = async (event) => {
    event.preventDefault();
    try {
      await ask(setPath(name), { method: "DELETE", headers: { "If-Match": etag } });
      dialog.close();
      drafts.delete(name);
      fade(notice("plain", h("strong", {}, name), h("p", { t: "delete.done" })));
      if (isShown(name)) go({ view: "sets" }, { replace: true });
    } catch (failure) {
      if (failure.problem === undefined) throw failure;
      byId("set-dialog-error").replaceChildren(reason(failure));
      byId("set-dialog-error").hidden = false;
    }
  };
  dialog.showModal();
}

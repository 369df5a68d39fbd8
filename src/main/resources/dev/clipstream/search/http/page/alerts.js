// Standing queries: a search that the user saves, and the images that match it from then on.
import { ask, get } from "./api.js";
import { byId, h, icon } from "./dom.js";
import { number, say } from "./language.js";
import { onEvent } from "./live.js";
import { fade, failurePanel, notice, reason } from "./notices.js";
import { follow, href, route } from "./route.js";
import { thumbnail } from "./thumbnail.js";

const MOST_MATCHES = 60;

const matches = []; // since the page was opened, newest first

const alertPath = (name) => "v1/alerts/" + encodeURIComponent(name);

export function startAlerts() {
  onEvent("alert", (match) => {
    matches.unshift(match);
    matches.length = Math.min(matches.length, MOST_MATCHES);
    drawMatches();
  });
  byId("save-search").addEventListener("click", askForName);
  byId("alert-no").addEventListener("click", () => byId("alert-dialog").close());
  byId("alert-least").addEventListener("input", showLeast);
  byId("alert-form").addEventListener("submit", (event) => {
    event.preventDefault();
    save(route());
  });
}

/** Returns whether a search can be saved: a text, without other texts, or a medium; filtered by tags and attributes. */
export const isSavable = ({ q, parts, from, to }) =>
  from === "" && to === "" && (q === ""
    ? parts.length === 1 && parts[0].kind === "media" && parts[0].weight > 0
    : parts.every(({ kind, weight }) => kind === "text" && weight < 0));

function askForName() {
  const { q, parts } = route();
  byId("alert-name").value = (q || parts[0].value).toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "").slice(0, 60);
  byId("alert-error").hidden = true;
  showLeast();
  byId("alert-dialog").showModal();
  byId("alert-name").select();
}

const showLeast = () => {
  byId("alert-least-value").textContent = number(Number(byId("alert-least").value), 2);
};

async function save({ q, parts, tags, attributes }) {
  const name = byId("alert-name").value.trim();
  const body = {
    ...(q === "" ? { mediaId: parts[0].value } : { text: q, language: /\p{Script=Han}/u.test(q) ? "zh" : "en" }),
    ...(q !== "" && parts.length > 0 && { not: parts.map(({ value }) => value) }),
    threshold: Number(byId("alert-least").value),
    ...(tags.length > 0 && { allTags: tags }),
    ...(attributes.length > 0 && { attributes: Object.fromEntries(attributes.map(pair)) }),
  };
  try {
    await ask(alertPath(name), { method: "PUT", headers: { "Content-Type": "application/json", "If-None-Match": "*" }, body: JSON.stringify(body) });
    byId("alert-dialog").close();
    fade(notice("plain", h("strong", {}, name), h("p", { t: "alert.saved" }), h("a", { href: href({ view: "sets" }), click: follow, t: "alert.see" })));
  } catch (failure) {
    if (failure.problem === undefined) throw failure;
    byId("alert-error").replaceChildren(reason(failure));
    byId("alert-error").hidden = false;
    byId("alert-name").focus();
  }
}

const pair = (written) => [written.slice(0, written.indexOf("=")), written.slice(written.indexOf("=") + 1)];

/** Returns the standing queries and their matches as nodes. The list fills itself. */
export function alertsSection() {
  const list = h("ul", { class: "alerts", id: "alert-list", role: "list", "aria-busy": "true" });
  fill(list);
  return [
    h("h2", { class: "section", t: "alerts" }),
    h("p", { class: "quiet", t: "alerts.text" }),
    list,
    h("h3", { class: "small", t: "alerts.matches" }),
    h("ul", { class: "grid", id: "matches", role: "list" }),
    h("p", { class: "quiet", id: "matches-none", t: "alerts.matches.none" }),
  ];
}

async function fill(list) {
  try {
    const { alerts } = await get("v1/alerts");
    list.replaceChildren(...alerts.map((alert) => item(alert, list)));
    if (alerts.length === 0) list.replaceChildren(h("li", { class: "quiet", t: "alerts.none" }));
  } catch (failure) {
    if (failure.problem === undefined) throw failure;
    list.replaceChildren(h("li", {}, failurePanel(failure, () => fill(list))));
  } finally {
    list.setAttribute("aria-busy", "false");
  }
}

const item = ({ name, text, picture, threshold }, list) =>
  h(
    "li",
    { class: "alert" },
    h("span", {}, h("strong", {}, name), " ", h("span", { class: "quiet" }, text ?? picture, " ≥ ", number(threshold, 2))),
    h("button", { type: "button", class: "bare", tAria: "alert.remove", tTitle: "alert.remove", args: { name }, click: () => remove(name, list) }, icon("trash")),
  );

async function remove(name, list) {
  try {
    await ask(alertPath(name), { method: "DELETE" });
    await fill(list);
  } catch (failure) {
    if (failure.problem === undefined) throw failure;
    fade(notice("bad", h("strong", {}, name), h("p", {}, reason(failure))));
  }
}

/** Shows the matches, if the view that has them is open. */
export function drawMatches() {
  const list = byId("matches");
  if (!list) return;
  byId("matches-none").hidden = matches.length > 0;
  list.replaceChildren(...matches.map(({ mediaId, alert, probability }) =>
    h(
      "li",
      { class: "card" },
      h("a", { class: "card-link", href: href({ media: mediaId }), click: follow, tAria: "card.open", args: { mediaId } }, thumbnail(mediaId, 320)),
      h("div", { class: "card-text" }, h("p", {}, h("strong", {}, alert), " ", h("small", {}, number(probability, 2))), h("p", { class: "card-id" }, mediaId)),
    )));
}

// Messages: a banner while the service is unavailable, short notices, and failures in place of results.
import { byId, h, icon } from "./dom.js";
import { askForKey } from "./key.js";

const SHOWN_MILLIS = 8000;
let retry;

/** Shows the banner and retries with `again` until it succeeds and calls [fine]. */
export function away(problem, again) {
  clearTimeout(retry);
  const banner = byId("banner");
  banner.replaceChildren(
    h("span", { class: "breathing", "aria-hidden": "true" }),
    h("p", {}, h("strong", { t: problem.status === 0 ? "away.offline" : "away.title" }), " ", h("span", { t: "away.again" })),
    problem.problem.found ? h("p", { class: "banner-reason", lang: "en" }, problem.problem.found) : null,
  );
  banner.hidden = false;
  retry = setTimeout(again, Math.max(1, problem.retrySeconds) * 1000);
}

/** Hides the banner: the service is available. */
export function fine() {
  clearTimeout(retry);
  byId("banner").hidden = true;
}

/** Codes with a sentence for readers of another language than that of the service, which is English. */
const TRANSLATED = ["bad-query", "bad-picture", "too-large", "no-medium", "no-picture", "unavailable", "same-version", "labels-changed"];
const KNOWN = ["bad-query", "bad-picture", "too-large", "no-medium", "no-index", "model-failed", "no-picture"];

/** Returns the reason of a failure as a node: the words of the service, or of this page where the service has none. */
export function reason(failure) {
  const { code, words, args } = failure.problem;
  if (words) return h("span", { t: words, args });
  if (failure.status === 0) return h("span", { t: "away.offline" });
  const translated = TRANSLATED.includes(code) && h("span", { class: "translated", t: "reason." + code });
  return h("span", {}, translated, " ", h("span", { lang: "en" }, ofService(failure)));
}

function ofService({ message, problem: { expected, found, remedy, detail } }) {
  // some reasons are complete sentences with their own remedy
  if (found?.startsWith("Expected ")) return found;
  return expected ? `Expected ${expected}, found ${found}. ${sentence(remedy)}` : detail ?? message;
}

const sentence = (words) => (words ? words[0].toUpperCase() + words.slice(1) + (words.endsWith(".") ? "" : ".") : "");

/**
 * Returns a panel with a failure and its remedy, to show in place of results.
 *
 * @param again retries; absent if a retry is useless
 */
export function failurePanel(failure, again) {
  const { code, expected } = failure.problem;
  if (code === "not-allowed" && expected?.startsWith("one of the keys")) {
    return panel("failure.key", h("span", { t: "failure.key.text" }), "key.enter", askForKey);
  }
  return panel("failure." + (KNOWN.includes(code) ? code : "other"), reason(failure), "again", again);
}

const panel = (title, text, action, act) =>
  h(
    "div",
    { class: "panel failure", role: "alert" },
    icon("warning"),
    h("h2", { t: title }),
    h("p", { class: "quiet" }, text),
    act ? h("button", { type: "button", class: "button", t: action, click: act }) : null,
  );

/** Returns the warnings of an answer, in the words of the service. */
export const warnings = (answer) => (answer.warnings ?? []).map((words) => h("p", { class: "error", lang: "en" }, words));

/** Shows a notice of the nodes `content`, and returns it so that the caller can change it. It has the event `closed`. */
export function notice(kind, ...content) {
  const shown = h(
    "div",
    { class: "notice " + kind },
    h("div", { class: "notice-text" }, ...content),
    h("button", { type: "button", class: "bare", tAria: "close", click: close }, icon("close")),
  );
  function close() {
    shown.dispatchEvent(new Event("closed"));
    shown.remove();
  }
  byId("notices").append(shown);
  return shown;
}

/** Removes a notice after a delay. */
export const fade = (shown) => setTimeout(() => shown.remove(), SHOWN_MILLIS);

/** Announces a change of the page to screen readers. */
export function announce(...nodes) {
  byId("announcer").replaceChildren(...nodes);
}

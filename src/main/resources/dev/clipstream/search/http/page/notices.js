// Messages: a banner while the service is unavailable, short notices, and failures in place of results.
import { byId, h, icon } from "./dom.js";

const SHOWN_MILLIS = 8000;
let retry;

/** Shows the banner and retries with `again` until it succeeds and calls [fine]. */
export function away(problem, again) {
  clearTimeout(retry);
  const banner = byId("banner");
  banner.replaceChildren(
    h("span", { class: "breathing", "aria-hidden": "true" }),
    h("p", {}, h("strong", { t: problem.status === 0 ? "away.offline" : "away.title" }), " ", h("span", { t: "away.again" })),
    problem.problem.found ? h("p", { class: "banner-reason" }, problem.problem.found) : null,
  );
  banner.hidden = false;
  retry = setTimeout(again, Math.max(1, problem.retrySeconds) * 1000);
}

/** Hides the banner: the service is available. */
export function fine() {
  clearTimeout(retry);
  byId("banner").hidden = true;
}

/**
 * Returns a panel with a failure and its remedy, to show in place of results.
 *
 * @param again retries; absent if a retry is useless
 */
export function failurePanel(problem, again) {
  const { code, expected, found, remedy, detail } = problem.problem;
  const known = ["bad-query", "bad-picture", "too-large", "no-medium", "no-index", "model-failed", "no-picture"];
  return h(
    "div",
    { class: "panel failure", role: "alert" },
    icon("warning"),
    h("h2", { t: "failure." + (known.includes(code) ? code : "other") }),
    expected ? h("p", { class: "quiet", t: "failure.found", args: { expected, found } }) : h("p", { class: "quiet" }, detail ?? ""),
    remedy ? h("p", { class: "remedy" }, h("strong", { t: "failure.remedy" }), " ", remedy) : null,
    again ? h("button", { type: "button", class: "button", t: "again", click: again }) : null,
  );
}

/** Shows a notice of the nodes `content`, and returns it so that the caller can change it. */
export function notice(kind, ...content) {
  const shown = h(
    "div",
    { class: "notice " + kind },
    h("div", { class: "notice-text" }, ...content),
    h("button", { type: "button", class: "bare", tAria: "close", click: () => shown.remove() }, icon("close")),
  );
  byId("notices").append(shown);
  return shown;
}

/** Removes a notice after a delay. */
export const fade = (shown) => setTimeout(() => shown.remove(), SHOWN_MILLIS);

/** Shows a failure as a notice. */
export function failureNotice(name, failure) {
  const remedy = failure.problem?.remedy ?? failure.message;
  fade(notice("bad", h("strong", {}, name), h("span", {}, remedy)));
}

/** Announces a change of the page to screen readers. */
export function announce(node) {
  byId("announcer").replaceChildren(node);
}

// Translates the page. Elements remember the keys of their texts, so that a change of language does not have to render
// the views again.
import { WORDS } from "./words.js";

const KEPT = "clipstream.language";
let chosen = kept() ?? (navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en");

function kept() {
  const found = localStorage.getItem(KEPT);
  return found in WORDS ? found : undefined;
}

/** Returns the language of the page: `en` or `zh`. */
export const language = () => chosen;

const listeners = [];

/** Calls `listener` when the user changes the language. */
export const onLanguage = (listener) => listeners.push(listener);

/** Returns the text of a key with `{name}` replaced. A key with plural forms uses the form for the number `n`. */
export function t(key, args = {}) {
  const found = WORDS[chosen][key];
  const words = typeof found === "string" ? found : found[new Intl.PluralRules(chosen).select(args.n)] ?? found.other;
  return words.replace(/\{(\w+)\}/g, (_, name) => shown(name, args[name]));
}

function shown(name, value) {
  if (typeof value === "number") return number(value);
  if (name === "at") return time(value);
  return name === "duration" ? duration(value.seconds) : String(value);
}

/** Returns the user's locale of the current language, for dates and numbers. */
const locale = () => navigator.languages.find((each) => each.toLowerCase().startsWith(chosen)) ?? chosen;

/** Formats a number. */
export function number(value, digits = 0) {
  return new Intl.NumberFormat(locale(), { maximumFractionDigits: digits, minimumFractionDigits: digits }).format(value);
}

/** Formats a number of seconds, at least 0, in the largest fitting unit. */
export function duration(seconds) {
  const [unit, length] = [["hour", 3600], ["minute", 60]].find(([, each]) => seconds >= each) ?? ["second", 1];
  return new Intl.NumberFormat(locale(), { style: "unit", unit, unitDisplay: "long", maximumFractionDigits: 0 }).format(
    Math.ceil(seconds / length));
}

/** Formats a day, such as `2026-03-01`. */
export const day = (iso) => new Intl.DateTimeFormat(locale(), { dateStyle: "medium" }).format(new Date(iso + "T00:00"));

/** Formats an ISO 8601 time in the user's time zone. */
export function time(iso) {
  return new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeStyle: "medium" }).format(new Date(iso));
}

/** Sets the text of an element by key, and keeps it translated. */
export function say(element, key, args) {
  element.dataset.t = key;
  keepArgs(element, args);
  element.textContent = t(key, args);
}

/** Sets an attribute by key, and keeps it translated. */
export function label(element, attribute, key, args) {
  element.setAttribute("data-t-" + attribute, key);
  keepArgs(element, args);
  element.setAttribute(attribute, t(key, args));
}

function keepArgs(element, args) {
  if (args) element.dataset.args = JSON.stringify(args);
}

const ATTRIBUTES = ["aria-label", "title", "alt", "placeholder"];

function translate() {
  document.documentElement.lang = chosen;
  for (const element of document.querySelectorAll("[data-t]")) {
    element.textContent = t(element.dataset.t, argsOf(element));
  }
  for (const attribute of ATTRIBUTES) {
    for (const element of document.querySelectorAll(`[data-t-${attribute}]`)) {
      element.setAttribute(attribute, t(element.getAttribute("data-t-" + attribute), argsOf(element)));
    }
  }
}

const argsOf = (element) => JSON.parse(element.dataset.args ?? "{}");

export function startLanguage(toggle) {
  toggle.addEventListener("click", () => {
    chosen = chosen === "en" ? "zh" : "en";
    localStorage.setItem(KEPT, chosen);
    translate();
    for (const listener of listeners) listener();
  });
  translate();
}

// What is known about a label set.
import { h, icon } from "./dom.js";

/** Returns the version and the origin of a set in one line. */
export const summary = ({ version, source, labels }) =>
  h(
    "p",
    { class: "quiet" },
    version ? h("span", { t: "set.version", args: { version } }) : h("span", { t: "set.no-version" }),
    typeof labels === "number" ? [" · ", h("span", { t: "set.labels", args: { n: labels } })] : null,
    " · ",
    h("span", { t: source === "topic" ? "set.topic" : "set.configured" }),
  );

/** Returns why the newest version of a set is not in use. */
export const refusals = ({ refusal }) =>
  refusal
    ? [h("div", { class: "error refusal" }, icon("warning"), h("div", {}, h("strong", { t: "set.refused" }), h("p", { lang: "en" }, refusal.message)))]
    : [];

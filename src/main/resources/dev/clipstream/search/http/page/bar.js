// A probability as a bar.
import { wedge } from "./angle.js";
import { shownCosine } from "./card.js";
import { h } from "./dom.js";

/** Returns a list item with a name, a probability as a bar, the cosine, and more nodes. */
export function bar(name, { probability, cosine }, ...more) {
  const fill = h("span", { class: "bar-fill" });
  fill.style.setProperty("--part", String(probability));
  return h(
    "li",
    { class: "bar" },
    h("span", { class: "bar-name" }, name),
    h("span", { class: "bar-number" }, probability.toFixed(3)),
    h("span", { class: "bar-track", "aria-hidden": "true" }, fill),
    h("span", { class: "bar-cosine", tTitle: "cosine.title", args: { cosine: cosine.toFixed(4) } }, wedge(cosine), shownCosine(cosine)),
    ...more,
  );
}

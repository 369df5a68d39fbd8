// The progress of re-tagging as a bar.
import { h } from "./dom.js";

/** Returns how far the stored media are tagged with the current label sets; empty if no instance tags. */
export function progressBar({ done, media, total, remainingSeconds, partitions }) {
  if (partitions.length === 0) return "";
  if (done) return h("p", { class: "quiet", t: "retag.all", args: { n: total } });
  const part = total > 0 ? Math.min(media / total, 1) : 0;
  const fill = h("span", { class: "bar-fill" });
  fill.style.setProperty("--part", String(part));
  return h(
    "div",
    { class: "retagging" },
    h("p", { class: "quiet" },
      h("span", { t: "retag.done", args: { media, total } }),
      typeof remainingSeconds === "number" ? [" · ", h("span", { t: "retag.left", args: { duration: { seconds: remainingSeconds } } })].flat() : null),
    h("div", { class: "bar-track", role: "progressbar", tAria: "retag", "aria-valuemin": "0", "aria-valuemax": "100", "aria-valuenow": String(Math.floor(part * 100)) }, fill),
  );
}

// Why a medium has a tag: what the label was compared with, and the parts of the picture that speak for it.
import { get, mediumPath } from "./api.js";
import { shownCosine } from "./card.js";
import { byId, h, svg } from "./dom.js";
import { number } from "./language.js";
import { tagName } from "./names.js";
import { announce, failurePanel } from "./notices.js";

const TEXTS_SHOWN = 5;
/** Opacity of the part that counts most. */
const STRONGEST = 0.6;

let asking;
let opened; // the button of the panel that is open

/** Opens the panel of a tag below its bar, or closes it. One is open at a time. */
export function toggleWhy(button, mediaId, set, tag) {
  const again = opened === button;
  closeWhy();
  if (!again) open(button, mediaId, set, tag);
}

export function closeWhy() {
  asking?.abort();
  opened?.setAttribute("aria-expanded", "false");
  opened = undefined;
  byId("why")?.remove();
  document.querySelector("#medium figure .heat")?.remove();
}

async function open(button, mediaId, set, tag) {
  const { signal } = (asking = new AbortController());
  const panel = h("div", { class: "panel why", id: "why", "aria-busy": "true" }, h("p", { class: "quiet", t: "why.waits" }));
  opened = button;
  button.setAttribute("aria-expanded", "true");
  button.setAttribute("aria-controls", "why");
  button.closest("li").append(panel);
  try {
    const path = `${mediumPath(mediaId)}/tags/${encodeURIComponent(tag.labelId)}/why?set=${encodeURIComponent(set)}`;
    const why = await get(path, signal);
    panel.replaceChildren(...explanation(why));
    drawHeat(why);
    announce(h("span", { t: "why.ready" }));
  } catch (failure) {
    if (failure.name === "AbortError") return;
    if (failure.problem === undefined) throw failure;
    panel.replaceChildren(failurePanel(failure));
  } finally {
    panel.setAttribute("aria-busy", "false");
  }
}

function explanation(why) {
  const { stored, current, prompts, others, background, calibration, examples, regions, regionsMissing } = why;
  const rows = [
    ["why.probability", number(current.probability, 3)],
    ["why.threshold", number(current.threshold, 2)],
    ["why.calibration", calibrated(calibration)],
    ["about.labels", `${current.labelSet} ${current.labelSetVersion}`],
  ];
  if (examples) rows.push(["why.examples", h("span", { t: "why.examples.text", args: { n: examples.positive, negative: examples.negative, percent: number(examples.weight * 100) } })]);
  const older = stored && stored.labelSetVersion !== current.labelSetVersion;
  return [
    older ? h("p", { class: "error", t: "why.older", args: { version: stored.labelSetVersion } }) : null,
    h("dl", { class: "about" }, rows.map(([term, value]) => h("div", {}, h("dt", { t: term }), h("dd", {}, value)))),
    h("h3", { class: "small", t: "why.prompts" }),
    texts(prompts),
    background.length > 0 ? [h("h3", { class: "small", t: "why.background" }), texts(background)] : null,
    others.length > 0 ? [h("h3", { class: "small", t: "why.others" }), texts(others.map(({ label, name, cosine }) => ({ text: tagName(label, name, current.labelSet), cosine })))] : null,
    regions
      ? h("p", { class: "quiet", t: "why.heat" })
      : h("p", { class: "quiet" }, h("span", { t: "why.no-heat" }), " ", h("span", { lang: "en" }, regionsMissing)),
  ].flat().filter((node) => node !== null);
}

function calibrated(calibration) {
  if (!calibration) return h("span", { t: "why.uncalibrated" });
  const { media, target, method } = calibration;
  const about = h("span", { t: "why.calibrated", args: { n: media } });
  if (typeof target !== "number") return about;
  return h("span", {}, about, ", ", h("span", { t: "why.target." + method, args: { percent: number(target * 100) } }));
}

const texts = (all) =>
  h("ul", { class: "texts", role: "list" }, all.slice(0, TEXTS_SHOWN).map(({ text, cosine }) =>
    h("li", {}, h("span", {}, text), h("span", { class: "bar-cosine", tTitle: "cosine.title", args: { cosine: cosine.toFixed(4) } }, shownCosine(cosine)))));

/**
 * Draws the parts that speak for the label over the picture, as it is shown whole in its frame. The map covers the part
 * of the picture that the model sees.
 */
function drawHeat({ regions }) {
  const image = document.querySelector("#medium figure .thumbnail img");
  if (!regions || !image) return;
  if (image.naturalWidth === 0) {
    image.addEventListener("load", () => byId("why") && drawHeat({ regions }), { once: true });
    return;
  }
  const { naturalWidth: width, naturalHeight: height } = image;
  const { grid, values, seen, box } = regions;
  const scaled = ({ x, y, ...sides }) => ({ x: x * width, y: y * height, width: sides.width * width, height: sides.height * height });
  const most = Math.max(...values.map(Math.abs), Number.EPSILON);
  const cells = values.map((value, at) =>
    svg("rect", {
      ...scaled({
        x: seen.x + ((at % grid) / grid) * seen.width,
        y: seen.y + (Math.floor(at / grid) / grid) * seen.height,
        width: seen.width / grid,
        height: seen.height / grid,
      }),
      class: value > 0 ? "for" : "against",
      "fill-opacity": ((Math.abs(value) / most) * STRONGEST).toFixed(3),
    }));
  image.closest(".thumbnail").append(
    svg("svg", { class: "heat", viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true", focusable: "false" },
      cells, box && svg("rect", { class: "around", ...scaled(box) })));
}

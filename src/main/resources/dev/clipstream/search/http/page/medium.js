// A medium: image, all tags, details and similar media.
import { get, mediumPath } from "./api.js";
import { arrows, card, placeholders, shownCosine } from "./card.js";
import { byId, h, icon } from "./dom.js";
import { away, failurePanel, fine } from "./notices.js";
import { back, follow, go, href, NOTHING } from "./route.js";
import { steer } from "./search.js";
import { LARGEST, thumbnail } from "./thumbnail.js";
import { wedge } from "./angle.js";

const SIMILAR = 12;

let asking;

/** Shows a medium and similar media. */
export async function showMedium(mediaId) {
  asking?.abort();
  const { signal } = (asking = new AbortController());
  const view = byId("medium");
  document.title = mediaId + " · Clipstream";
  const grid = h("ul", { class: "grid", role: "list" }, placeholders(6));
  const told = h("div", { class: "told" });
  arrows(grid, steer);
  view.replaceChildren(
    backButton(),
    h(
      "div",
      { class: "medium" },
      h("figure", {}, thumbnail(mediaId, LARGEST, { eager: true })),
      h("div", { class: "facts" }, h("h1", { id: "medium-title", tabindex: "-1" }, mediaId), actions(mediaId), told),
    ),
    h("h2", { class: "section", t: "similar" }),
    grid,
  );
  byId("medium-title").focus({ preventScroll: true });
  try {
    told.append(...facts(await get(mediumPath(mediaId), signal)));
    const { results } = await get(`${mediumPath(mediaId)}/similar?k=${SIMILAR}`, signal);
    grid.replaceChildren(...results.map((result) => card(result, steer)));
    if (results.length === 0) grid.after(h("p", { class: "quiet", t: "similar.none" }));
    fine();
  } catch (failure) {
    if (failure.name === "AbortError") return;
    if (failure.problem === undefined) throw failure;
    if (failure.passing) away(failure, () => showMedium(mediaId));
    else view.replaceChildren(backButton(), failurePanel(failure));
  }
}

const backButton = () => h("button", { type: "button", class: "bare back", click: back }, icon("back"), h("span", { t: "back" }));

const actions = (mediaId) =>
  h(
    "div",
    { class: "actions" },
    h("button", { type: "button", class: "button main", click: () => steer(mediaId, 1) }, icon("plus"), h("span", { t: "steer.more.short" })),
    h("button", { type: "button", class: "button", click: () => steer(mediaId, -1) }, icon("minus"), h("span", { t: "steer.less.short" })),
    h("a", { class: "button", href: href({ view: "labels", media: mediaId }), click: follow }, icon("label"), h("span", { t: "labels.try" })),
  );

const facts = (medium) => [
  h("h2", { class: "small", t: "tags" }),
  medium.tags.length === 0
    ? h("p", { class: "quiet", t: "tags.none" })
    : h("ul", { class: "bars", role: "list" }, medium.tags.map(tagBar)),
  h("h2", { class: "small", t: "about" }),
  h("dl", { class: "about" }, known(medium).map(([term, value]) => h("div", {}, term, value))),
];

function tagBar(tag) {
  const filtered = () => go({ ...NOTHING, tags: [tag.labelId] });
  return bar(h("button", { type: "button", class: "bare tag-link", tTitle: "tag.filter", click: filtered }, tag.displayName), tag);
}

/** Returns a probability as a bar, with the cosine. */
export function bar(name, { probability, cosine }) {
  const fill = h("span", { class: "bar-fill" });
  fill.style.setProperty("--part", String(probability));
  return h(
    "li",
    { class: "bar" },
    h("span", { class: "bar-name" }, name),
    h("span", { class: "bar-number" }, probability.toFixed(3)),
    h("span", { class: "bar-track", "aria-hidden": "true" }, fill),
    h("span", { class: "bar-cosine", tTitle: "cosine.title", args: { cosine: cosine.toFixed(4) } }, wedge(cosine), shownCosine(cosine)),
  );
}

/** Returns the details of a medium as a description list. */
function known({ uploadedAt, width, height, contentType, uri, attributes, labelSet, labelSetVersion }) {
  const rows = [[h("dt", { t: "about.uploaded" }), h("dd", { t: "about.at", args: { at: uploadedAt } })]];
  const add = (key, value) => rows.push([h("dt", { t: key }), h("dd", {}, value)]);
  if (width) add("about.size", `${width} × ${height}`);
  if (contentType) add("about.type", contentType);
  if (uri) add("about.uri", uri);
  if (labelSet) add("about.labels", `${labelSet} ${labelSetVersion}`);
  for (const [name, value] of Object.entries(attributes ?? {})) rows.push([h("dt", {}, name), h("dd", {}, value)]);
  return rows;
}

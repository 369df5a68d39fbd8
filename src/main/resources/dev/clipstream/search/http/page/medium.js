// A medium: image, all tags, details, its original, its deletion and similar media.
import { ask, atMost, exists, get, hasKey, mediumPath, remove } from "./api.js";
import { arrows, card, placeholders } from "./card.js";
import { byId, h, icon } from "./dom.js";
import { say } from "./language.js";
import { onEvent } from "./live.js";
import { away, fade, failurePanel, fine, notice, reason } from "./notices.js";
import { forget } from "./results.js";
import { back, follow, go, href, NOTHING, route } from "./route.js";
import { steer } from "./search.js";
import { tagGroups } from "./tags.js";
import { LARGEST, thumbnail } from "./thumbnail.js";

const SIMILAR = 12;
const LOOK_AGAIN_MILLIS = 250;
const MOST_LOOKS = 40;
/** How long an original that was fetched with a key is kept in memory. */
const KEPT_MILLIS = 60_000;

let asking;

/** Shows a medium and similar media. */
export async function showMedium(mediaId) {
  asking?.abort();
  const { signal } = (asking = new AbortController());
  const view = byId("medium");
  document.title = mediaId + " · Clipstream";
  const grid = h("ul", { class: "grid", role: "list" }, placeholders(6));
  const told = h("div", { class: "told" });
  const figure = h("figure", {}, thumbnail(mediaId, LARGEST, { eager: true, failed: (failure) => withoutPicture(figure, failure) }));
  arrows(grid, steer);
  view.replaceChildren(
    backButton(),
    h(
      "div",
      { class: "medium" },
      figure,
      h("div", { class: "facts" }, h("h1", { id: "medium-title", tabindex: "-1" }, mediaId), ...actions(mediaId), told),
    ),
    h("h2", { class: "section", t: "similar" }),
    grid,
  );
  byId("medium-title").focus({ preventScroll: true });
  try {
    told.append(...facts(await get(mediumPath(mediaId), signal)));
    const { results } = await get(`${mediumPath(mediaId)}/similar?k=${await atMost(SIMILAR)}`, signal);
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

/** Says below the empty tile why there is no picture, and leaves out the links to it. */
function withoutPicture(figure, failure) {
  figure.append(h("figcaption", { class: "quiet" }, h("strong", { t: "failure.no-picture" }), h("br"), reason(failure)));
  for (const link of byId("medium").querySelectorAll("[data-original]")) link.remove();
}

const backButton = () => h("button", { type: "button", class: "bare back", click: back }, icon("back"), h("span", { t: "back" }));

const actions = (mediaId) => [
  h(
    "div",
    { class: "actions" },
    h("button", { type: "button", class: "button main", click: () => steer(mediaId, 1) }, icon("plus"), h("span", { t: "steer.more.short" })),
    h("button", { type: "button", class: "button", click: () => steer(mediaId, -1) }, icon("minus"), h("span", { t: "steer.less.short" })),
    h("a", { class: "button", href: href({ view: "labels", media: mediaId }), click: follow }, icon("label"), h("span", { t: "labels.try" })),
  ),
  h(
    "div",
    { class: "actions lesser" },
    original(mediaId, "open", { target: "_blank", rel: "noopener" }),
    original(mediaId, "download", { download: mediaId.split("/").at(-1) }),
    h("button", { type: "button", class: "bare", click: () => askToDelete(mediaId) }, icon("trash"), h("span", { t: "delete" })),
  ),
];

/** Returns a link to the original. A link cannot send an API key, so with a key the page fetches the image. */
function original(mediaId, name, attributes) {
  const path = mediumPath(mediaId) + "/original";
  const link = h("a", { class: "bare", href: path, "data-original": name, ...attributes }, icon(name), h("span", { t: "original." + name }));
  if (hasKey()) {
    link.addEventListener("click", async (event) => {
      if (link.href.startsWith("blob:")) return;
      event.preventDefault();
      try {
        link.href = URL.createObjectURL(await (await ask(path)).blob());
        link.click();
        setTimeout(() => {
          URL.revokeObjectURL(link.href);
          link.href = path;
        }, KEPT_MILLIS);
      } catch (failure) {
        if (failure.problem === undefined) throw failure;
        fade(notice("bad", h("strong", {}, mediaId), h("p", {}, reason(failure))));
      }
    });
  }
  return link;
}

function askToDelete(mediaId) {
  const dialog = byId("delete-dialog");
  say(byId("delete-title"), "delete.title", { name: mediaId });
  byId("delete-error").hidden = true;
  const ready = (is) => {
    byId("delete-yes").disabled = byId("delete-no").disabled = !is;
    dialog.closedBy = is ? "closerequest" : "none"; // the Escape key
  };
  ready(true);
  byId("delete-no").onclick = () => dialog.close();
  byId("delete-form").onsubmit = async (event) => {
    event.preventDefault();
    ready(false);
    try {
      await remove(mediaId);
      const gone = await isGone(mediaId);
      dialog.close();
      forget(mediaId);
      fade(notice("plain", h("strong", {}, mediaId), h("p", { t: gone ? "delete.done" : "delete.accepted" })));
      if (route().view === "media" && route().media === mediaId) back();
    } catch (failure) {
      if (failure.problem === undefined) throw failure;
      ready(true);
      byId("delete-error").replaceChildren(reason(failure));
      byId("delete-error").hidden = false;
    }
  };
  dialog.showModal();
}

/** Waits until the service has deleted a medium. Failures of a look are none of the deletion, which is accepted. */
async function isGone(mediaId) {
  for (let looks = 0; looks < MOST_LOOKS; looks++) {
    if (!(await exists(mediaId).catch(() => true))) return true;
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MILLIS));
  }
  return false;
}

const facts = (medium) => [
  h("h2", { class: "small", t: "tags" }),
  h("div", { class: "tag-groups", "data-medium": medium.mediaId }, tagsOf(medium)),
  h("h2", { class: "small", t: "about" }),
  h("dl", { class: "about" }, known(medium).map(([term, value]) => h("div", {}, term, value))),
];

const tagsOf = (medium) =>
  medium.tags.length === 0
    ? [h("p", { class: "quiet", t: medium.labelSet ? "tags.none" : "tags.waiting" })]
    : tagGroups(medium);

/** Shows new tags of the medium in view, unless the user is busy with the ones that are shown. */
export function startMedium() {
  onEvent("tagged", (tagged) => {
    const shown = document.querySelector(`.tag-groups[data-medium="${CSS.escape(tagged.mediaId)}"]`);
    if (shown && !shown.contains(document.activeElement) && !shown.querySelector("#why")) shown.replaceChildren(...tagsOf(tagged));
  });
}

/** Returns the details of a medium as a description list. Attributes are links to the media that share them. */
function known({ uploadedAt, width, height, contentType, uri, attributes, labelSet, labelSetVersion }) {
  const rows = [[h("dt", { t: "about.uploaded" }), h("dd", { t: "about.at", args: { at: uploadedAt } })]];
  const add = (key, value) => rows.push([h("dt", { t: key }), h("dd", {}, value)]);
  if (width) add("about.size", `${width} × ${height}`);
  if (contentType) add("about.type", contentType);
  if (uri) add("about.uri", uri);
  if (labelSet) add("about.labels", `${labelSet} ${labelSetVersion}`);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    const filter = href({ ...NOTHING, attributes: [`${name}=${value}`] });
    rows.push([h("dt", {}, name), h("dd", {}, h("a", { href: filter, click: follow, tTitle: "attribute.filter" }, value))]);
  }
  return rows;
}

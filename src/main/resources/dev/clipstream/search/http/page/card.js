// A result: thumbnail, cosine, tags and actions.
import { wedge } from "./angle.js";
import { h, icon } from "./dom.js";
import { number } from "./language.js";
import { tagName } from "./names.js";
import { follow, href } from "./route.js";
import { LARGEST, thumbnail } from "./thumbnail.js";

const TAGS_SHOWN = 3;

/** The percentile of a near result. Of unrelated pairs, one in a hundred reaches it. */
const NEAR = 99;

/** Returns whether a result is hardly nearer to the query than unrelated media. False if that is unknown. */
export const isFar = ({ percentile }) => typeof percentile === "number" && percentile < NEAR;

/** Returns a cosine with its angle. */
export function nearness({ cosine, percentile }) {
  if (cosine === undefined || cosine === null) return null;
  const known = typeof percentile === "number";
  const args = { cosine: cosine.toFixed(4), ...(known && { percentile: number(Math.floor(percentile * 10) / 10, 1) }) };
  return h("span", { class: "nearness", tTitle: known ? "percentile.title" : "cosine.title", args }, wedge(cosine), h("b", {}, shownCosine(cosine)));
}

/** Uses a minus sign of the same width as a plus sign. */
export const shownCosine = (cosine) => cosine.toFixed(3).replace("-", "−");

/** Returns the best tags in one line. */
export function tagLine({ tags, labelSet }) {
  if (tags.length === 0) return h("p", { class: "tag-line none", t: "tags.none" });
  return h(
    "p",
    { class: "tag-line" },
    tags.slice(0, TAGS_SHOWN).map((tag) =>
      h("span", {}, tagName(tag.labelId, tag.displayName, tag.labelSet ?? labelSet), " ", h("small", {}, tag.probability.toFixed(2)))),
  );
}

/**
 * @param result a result of the service
 * @param steer  called with a media id and +1 or -1
 * @param best   whether the card is large
 */
export function card(result, steer, best = false) {
  const { mediaId } = result;
  const steering = (sign, name, key) =>
    h(
      "button",
      { type: "button", class: "steer " + name, tAria: key, tTitle: key, args: { mediaId }, click: () => steer(mediaId, sign) },
      icon(name === "more" ? "plus" : "minus"),
    );
  return h(
    "li",
    { class: best ? "card best" : "card", "data-media": mediaId },
    h(
      "a",
      { class: "card-link", href: href({ media: mediaId }), click: follow, tAria: "card.open", args: { mediaId } },
      thumbnail(mediaId, best ? LARGEST : 320),
    ),
    h("div", { class: "steering" }, steering(1, "more", "steer.more"), steering(-1, "less", "steer.less")),
    h("div", { class: "card-text" }, nearness(result), h("p", { class: "card-id" }, mediaId), tagLine(result)),
  );
}

/** Returns empty tiles to show while results load. */
export const placeholders = (count) =>
  Array.from({ length: count }, () => h("li", { class: "card waiting", "aria-hidden": "true" }, h("span", { class: "thumbnail" })));

/** Moves the focus between the cards of a grid with the arrow keys; + and - steer. */
export function arrows(grid, steer) {
  grid.addEventListener("keydown", (event) => {
    const link = event.target.closest(".card-link");
    if (!link || event.metaKey || event.ctrlKey || event.altKey) return;
    const cards = [...grid.querySelectorAll(".card-link")];
    const at = cards.indexOf(link);
    const to = {
      ArrowRight: () => cards[at + 1],
      ArrowLeft: () => cards[at - 1],
      ArrowDown: () => nextRow(cards, at, 1),
      ArrowUp: () => nextRow(cards, at, -1),
    }[event.key]?.();
    if (to) {
      event.preventDefault();
      to.focus();
    } else if (event.key === "+" || event.key === "-") {
      event.preventDefault();
      steer(link.closest("[data-media]").dataset.media, event.key === "+" ? 1 : -1);
    }
  });
}

/** Returns the nearest card in the next row below or above. */
function nextRow(cards, at, step) {
  const from = cards[at].getBoundingClientRect();
  const middle = (box) => box.left + box.width / 2;
  let nearest;
  let least = Infinity;
  for (const other of cards) {
    const box = other.getBoundingClientRect();
    const down = step > 0 ? box.top - from.bottom : from.top - box.bottom;
    if (down < -1) continue;
    const distance = down * 4 + Math.abs(middle(box) - middle(from));
    if (distance < least) {
      least = distance;
      nearest = other;
    }
  }
  return nearest;
}

// What a change of a label set would do to the media: tags that are added and removed, per label, with pictures.
import { h } from "./dom.js";
import { tagName } from "./names.js";
import { announce } from "./notices.js";
import { follow, href } from "./route.js";
import { thumbnail } from "./thumbnail.js";

const PICTURE_PIXELS = 160;

/** Returns the preview as nodes. */
export function changes({ media, changed, labels, warnings, faults }, set) {
  const summary = () => h("span", { t: changed === 0 ? "preview.same" : "preview.changed", args: { n: changed, media } });
  announce(summary());
  return [
    h("h2", { class: "section", tabindex: "-1" }, summary()),
    faults.length > 0 ? h("p", { class: "error" }, h("strong", { t: "preview.faults" })) : "",
    ...[...faults, ...warnings].map((words) => h("p", { class: "error", lang: "en" }, words)),
    h("ul", { class: "changes", role: "list" }, labels.map((label) => change(label, set))),
  ];
}

/** @param set the name of the label set */
const change = ({ label, added, removed, addedMedia, removedMedia }, set) =>
  h(
    "li",
    { class: "panel change", "data-change": label },
    h("h3", {}, tagName(label, label, set)),
    part("added", added, addedMedia),
    part("removed", removed, removedMedia),
  );

/**
 * @param count how many media
 * @param media the ids of some
 */
const part = (kind, count, media) =>
  count === 0
    ? null
    : h(
        "div",
        { class: kind },
        h("p", { class: "small", t: "preview." + kind, args: { n: count } }),
        h("ul", { class: "pictures", role: "list" }, media.map((mediaId) =>
          h("li", {}, h("a", { href: href({ media: mediaId }), click: follow, title: mediaId, tAria: "card.open", args: { mediaId } }, thumbnail(mediaId, PICTURE_PIXELS))))),
      );

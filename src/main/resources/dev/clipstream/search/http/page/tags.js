// The tags of a medium, by label set: what was scored, what follows from it, and what people say about it.
import { mediumPath, post } from "./api.js";
import { bar } from "./bar.js";
import { h, icon } from "./dom.js";
import { nameOf, tagName } from "./names.js";
import { announce, fade, notice, reason } from "./notices.js";
import { go, NOTHING } from "./route.js";
import { toggleWhy } from "./why.js";

/** Returns the tags of a medium as lists, one for each label set that gave it tags. */
export function tagGroups(medium) {
  const groups = new Map();
  for (const tag of medium.tags) {
    const set = tag.labelSet ?? medium.labelSet;
    if (!groups.has(set)) groups.set(set, []);
    groups.get(set).push(tag);
  }
  return [...groups].map(([set, tags]) => group(medium, set, tags, groups.size > 1));
}

const group = ({ mediaId, labelSets = {} }, set, tags, several) =>
  h(
    "section",
    { "aria-label": set, "data-group": set },
    several ? h("h3", { class: "small" }, set, " ", labelSets[set] ?? "") : null,
    h("ul", { class: "bars", role: "list" }, tags.map((tag) => tagBar(mediaId, { name: set, version: labelSets[set] }, tag, tags))),
  );

function tagBar(mediaId, set, tag, tags) {
  const filtered = () => go({ ...NOTHING, tags: [tag.labelId] });
  const name = h("button", { type: "button", class: "bare tag-link", tTitle: "tag.filter", click: filtered }, tagName(tag.labelId, tag.displayName, set.name));
  if (!tag.derivedFrom) return bar(name, tag, tagActions(mediaId, set, tag));
  const from = tags.find(({ labelId }) => labelId === tag.derivedFrom);
  return h("li", { class: "bar derived" },
    h("span", { class: "bar-name" }, name),
    h("span", { class: "quiet" }, h("span", { t: "tag.derived" }), " ", tagName(tag.derivedFrom, from?.displayName ?? tag.derivedFrom, set.name)));
}

function tagActions(mediaId, set, tag) {
  const args = { name: nameOf(tag.labelId, tag.displayName, set.name) };
  const verdicts = ["right", "wrong"].map((verdict) =>
    h("button", { type: "button", class: "bare verdict " + verdict, "aria-pressed": "false", tAria: "tag." + verdict, tTitle: "tag." + verdict, args, click: () => judge(verdict) },
      icon(verdict === "right" ? "check" : "close")));
  const why = h("button", { type: "button", class: "bare why-button", "aria-expanded": "false", t: "tag.why", tAria: "tag.why.aria", args });
  why.addEventListener("click", () => toggleWhy(why, mediaId, set.name, tag));

  async function judge(verdict) {
    try {
      await post(mediumPath(mediaId) + "/feedback", { labelSet: set.name, labelSetVersion: set.version, label: tag.labelId, verdict });
      for (const each of verdicts) each.setAttribute("aria-pressed", String(each.classList.contains(verdict)));
      announce(h("span", { t: "feedback.kept" }));
    } catch (failure) {
      if (failure.problem === undefined) throw failure;
      fade(notice("bad", h("strong", { t: "feedback.failed" }), h("p", {}, reason(failure))));
    }
  }
  return h("span", { class: "tag-actions" }, verdicts, why);
}

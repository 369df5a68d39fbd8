// Shows the query as chips: texts, media and images, each with a positive or negative weight.
import { h, icon } from "./dom.js";
import { active } from "./filters.js";
import { taking } from "./pictures.js";
import { NOTHING } from "./route.js";
import { thumbnail } from "./thumbnail.js";

/** The weights that clicks cycle through. */
const STEPS = [0.5, 1, 2];

/** The weight of an added medium or text: half, because images are nearer to each other than to texts. */
const ADDED = 0.5;

/** Returns the state with one more part. An existing part gets the new sign. */
export function withPart(state, kind, value, sign) {
  const others = state.parts.filter((part) => part.kind !== kind || part.value !== value);
  const alone = others.length === 0 && state.q === "" && sign > 0;
  return { ...state, parts: [...others, { kind, value, weight: sign * (alone ? 1 : ADDED) }] };
}

/** Returns the parts in the format of the API, without images that are no longer available. */
export function query(state) {
  const parts = state.q === "" ? [] : [{ text: state.q, weight: 1 }];
  for (const { kind, value, weight } of state.parts) {
    if (kind === "text") parts.push({ text: value, weight });
    else if (kind === "media") parts.push({ mediaId: value, weight });
    else if (taking(value)) parts.push({ image: taking(value).base64, weight });
  }
  return parts;
}

/**
 * Returns chips for the parts of the query other than the text field.
 *
 * @param change called with the next state
 */
export function chips(state, change) {
  const shown = state.parts.map((part, at) => chip(part, (next) => {
    const parts = [...state.parts];
    parts.splice(at, 1, ...(next ? [next] : []));
    change({ ...state, parts });
  }));
  const filters = active(state);
  for (const { icon: sign, content, name, without } of filters) {
    shown.push(h("li", { class: "chip filter" }, h("span", { class: "chip-name" }, icon(sign), content), remover(name, () => change(without))));
  }
  if (state.q !== "" || state.parts.length > 0) {
    shown.push(adder(state, change, 1), adder(state, change, -1));
  }
  if (state.parts.length + filters.length > 1) {
    shown.push(h("li", {}, h("button", { type: "button", class: "bare clear", t: "chips.clear", click: () => change(NOTHING) })));
  }
  return shown;
}

function chip(part, change) {
  const { kind, value, weight } = part;
  const less = weight < 0;
  const name = kind === "picture" ? (taking(value)?.name ?? null) : value;
  return h(
    "li",
    { class: `chip ${less ? "less" : "more"}`, "data-part": kind },
    h(
      "button",
      {
        type: "button", class: "sign", tAria: less ? "chip.less" : "chip.more", tTitle: "chip.turn", args: { name: name ?? "" },
        click: () => change({ ...part, weight: -weight }),
      },
      icon(less ? "minus" : "plus"),
    ),
    kind === "media" ? thumbnail(value, 64) : kind === "picture" ? ownPicture(value) : null,
    name === null ? h("span", { class: "chip-name", t: "chip.gone" }) : h("span", { class: "chip-name" }, name),
    h(
      "button",
      { type: "button", class: "weight", tAria: "chip.weight", tTitle: "chip.weight", args: { weight: Math.abs(weight) }, click: () => change({ ...part, weight: heavier(weight) }) },
      "×" + Math.abs(weight),
    ),
    remover(name ?? "", () => change(null)),
  );
}

function ownPicture(key) {
  const picture = taking(key);
  const frame = h("span", { class: "thumbnail" }, icon("picture"));
  if (picture) frame.replaceChildren(h("img", { src: picture.url, alt: "", error: () => frame.replaceChildren(icon("picture")) }));
  return frame;
}

const heavier = (weight) => {
  const next = STEPS.find((step) => step > Math.abs(weight)) ?? STEPS[0];
  return weight < 0 ? -next : next;
};

const remover = (name, remove) =>
  h("button", { type: "button", class: "remove", tAria: "chip.remove", args: { name }, click: remove }, icon("close"));

/** Returns a chip that becomes a field to add a text. */
function adder(state, change, sign) {
  const key = sign > 0 ? "chips.more" : "chips.less";
  const item = h("li", { class: "adder" });
  const button = h("button", { type: "button", class: "ghost", click: open }, icon(sign > 0 ? "plus" : "minus"), h("span", { t: key }));
  item.append(button);
  return item;

  function open() {
    const close = () => item.replaceChildren(button);
    const field = h("input", {
      type: "text", class: "ghost-field", tAria: key, tPlaceholder: "chips.text", maxlength: "300", enterkeyhint: "search",
      keydown: (event) => {
        const text = field.value.trim();
        if (event.key === "Enter" && !event.isComposing && text !== "") {
          event.preventDefault(); // otherwise the key would press the button that now gets the focus
          change(withPart(state, "text", text, sign));
        }
        if (event.key === "Escape") {
          event.stopPropagation();
          close();
          button.focus();
        }
      },
      blur: () => field.value.trim() === "" && close(),
    });
    item.replaceChildren(field);
    field.focus();
  }
}

// The label playground: scores an image against labels that the user enters.
import { get, post } from "./api.js";
import { bar } from "./bar.js";
import { byId, debounced, h, icon } from "./dom.js";
import { nameOf, tagName } from "./names.js";
import { announce, failurePanel, warnings } from "./notices.js";
import { picturesOf, take } from "./pictures.js";
import { go, route } from "./route.js";
import { LARGEST, thumbnail } from "./thumbnail.js";

const TYPING_MILLIS = 300;

let picture; // the user's image, or undefined
let medium; // the id of a stored medium, or undefined
let asking;

const written = () => byId("label-text").value.split("\n").map((line) => line.trim()).filter((line) => line !== "");
/** The mode is fixed for the labels of the service. */
const showModes = () => (byId("label-modes").disabled = written().length === 0);

const mode = () => byId("label-form").elements.mode.value;

export function startLabels() {
  const typed = debounced(keep, TYPING_MILLIS);
  byId("label-text").addEventListener("input", (event) => {
    showModes();
    if (!event.isComposing) typed();
  });
  byId("label-text").addEventListener("compositionend", typed);
  byId("label-form").addEventListener("change", (event) => event.target.name === "mode" && keep());
  byId("label-form").addEventListener("submit", (event) => event.preventDefault());
  byId("label-picture").addEventListener("change", async (event) => {
    const [file] = picturesOf(event.target.files);
    event.target.value = "";
    if (file) await labelPicture(file);
  });
}

function keep() {
  go({ view: "labels", media: medium, labels: written(), mode: mode() }, { replace: true });
}

/** Opens the playground with the user's image. */
export async function labelPicture(file) {
  picture = await take(file);
  const within = route().view === "labels";
  go({ view: "labels", labels: within ? written() : [], mode: mode() }, { replace: within });
}

/** Shows the playground. */
export async function showLabels(state) {
  if (state.media) picture = undefined;
  medium = state.media ?? undefined;
  if (document.activeElement !== byId("label-text")) byId("label-text").value = state.labels.join("\n");
  byId("label-form").elements.mode.value = state.mode;
  showModes();
  if (!picture && !medium) await example();
  byId("label-shown").replaceChildren(
    medium ? thumbnail(medium, LARGEST, { eager: true })
      : picture ? h("img", { src: picture.url, alt: picture.name })
      : h("span", { class: "quiet drop-here" }, icon("picture"), h("span", { t: "labels.drop" })));
  byId("label-name").textContent = medium ?? picture?.name ?? "";
  if (picture || medium) await tag(state);
}

/** Uses the newest medium if there is no image. */
async function example() {
  try {
    const { results } = await get("v1/media?k=1");
    medium = results[0]?.mediaId;
  } catch {
    // the user can still choose an image
  }
}

async function tag({ labels, mode: wanted }) {
  asking?.abort();
  const { signal } = (asking = new AbortController());
  const outcome = byId("label-outcome");
  outcome.setAttribute("aria-busy", "true");
  const image = picture ? { image: picture.base64 } : { mediaId: medium };
  try {
    const answer = await post("v1/tag", labels.length > 0 ? { ...image, labels, mode: wanted } : image, signal);
    const best = [...answer.tags].sort((one, other) => other.probability - one.probability).slice(0, Math.max(12, labels.length));
    outcome.replaceChildren(
      ...warnings(answer),
      h("h2", { class: "small", t: labels.length > 0 ? "labels.yours" : "labels.service" }),
      h("ul", { class: "bars", role: "list" }, best.map((each) => bar(labels.length > 0 ? each.name ?? each.label : tagName(each.label, each.name), each))),
      labels.length > 0
        ? h("p", { class: "quiet", t: wanted === "exclusive" ? "labels.exclusive.text" : "labels.multi.text" })
        : "",
    );
    if (best.length > 0) {
      announce(h("span", { t: "labels.best", args: { name: labels.length > 0 ? best[0].name ?? best[0].label : nameOf(best[0].label, best[0].name), probability: best[0].probability.toFixed(2) } }));
    }
  } catch (failure) {
    if (failure.name === "AbortError") return;
    if (failure.problem === undefined) throw failure;
    outcome.replaceChildren(failurePanel(failure, () => tag({ labels, mode: wanted })));
  } finally {
    if (!signal.aborted) outcome.setAttribute("aria-busy", "false");
  }
}

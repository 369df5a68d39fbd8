// Shows media as they are tagged. Reads server-sent events with fetch, because an EventSource cannot send a key.
import { ask, atMost, get } from "./api.js";
import { byId, h, icon } from "./dom.js";
import { number, say } from "./language.js";
import { tagName } from "./names.js";
import { follow, href } from "./route.js";
import { thumbnail } from "./thumbnail.js";

const MOST_SHOWN = 30;
const DRAW_MILLIS = 250;
const LONGEST_WAIT_MILLIS = 30_000;

const listeners = { tagged: [], rejected: [], alert: [] };
const waiting = [];
let count = 0;
let begun = false; // whether the strip has shown the newest media

/** Calls `listener` with the data of every event of a name: `tagged`, `rejected` or `alert`. */
export const onEvent = (name, listener) => listeners[name].push(listener);

/** Listens while the page is open. Hides the strip if the service has no events. */
export async function startLive() {
  onEvent("tagged", (result) => show(frame(result)));
  onEvent("rejected", (rejection) => show(h("li", { class: "frame rejected" }, rejectedFrame(rejection))));
  let waitMillis = 1000;
  for (;;) {
    try {
      const response = await ask("v1/events", { headers: { Accept: "text/event-stream" } });
      waitMillis = 1000;
      byId("live").hidden = false;
      byId("live").classList.add("on");
      await read(response.body);
    } catch (failure) {
      if (failure.status === 404 || failure.status === 401) return; // no events, or an API key is required
    }
    byId("live").classList.remove("on");
    await new Promise((resolve) => setTimeout(resolve, waitMillis));
    waitMillis = Math.min(waitMillis * 2, LONGEST_WAIT_MILLIS);
  }
}

/** Fills the strip with the newest media, so that it is empty only if there are none. */
export async function showLive() {
  if (begun) return;
  begun = true;
  try {
    const { results } = await get(`v1/media?k=${await atMost(MOST_SHOWN)}`);
    const shown = new Set([...byId("strip").children].map(({ dataset }) => dataset.media));
    const frames = results.filter(({ mediaId }) => !shown.has(mediaId)).map(frame);
    byId("strip").append(...frames.slice(0, MOST_SHOWN - shown.size));
    showStrip();
  } catch {
    begun = false; // the strip shows what arrives
  }
}

/** Parses events: one field per line, with an empty line after each event. */
async function read(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  let event = { name: "", data: [] };
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (rest + value).split(/\r\n|\n|\r/);
    rest = lines.pop();
    for (const line of lines) {
      if (line === "") {
        if (event.data.length > 0) tell(event);
        event = { name: "", data: [] };
      } else if (line.startsWith("event:")) event.name = line.slice(6).trim();
      else if (line.startsWith("data:")) event.data.push(line.slice(5).replace(/^ /, ""));
    }
  }
}

function tell({ name, data }) {
  const parsed = JSON.parse(data.join("\n"));
  for (const listener of listeners[name] ?? []) listener(parsed);
}

const frame = (result) => h("li", { class: "frame", "data-media": result.mediaId }, tagged(result));

const tagged = ({ mediaId, labelSet, tags }) =>
  h(
    "a",
    { href: href({ media: mediaId }), click: follow, tAria: "card.open", args: { mediaId } },
    thumbnail(mediaId, 160, { eager: true }),
    h("span", { class: "frame-text" }, tags.length > 0 ? tagName(tags[0].labelId, tags[0].displayName, tags[0].labelSet ?? labelSet) : "–"),
  );

const rejectedFrame = ({ mediaId, reason, message }) =>
  h(
    "div",
    { title: `${mediaId ?? ""}: ${message ?? ""}` },
    h("span", { class: "thumbnail" }, icon("warning")),
    h("span", { class: "frame-text" }, reason),
  );

/** Renders a few times per second, because many events may arrive together. Shows a medium that is tagged again once. */
function show(next) {
  count++;
  if (waiting.length === 0) setTimeout(draw, DRAW_MILLIS);
  waiting.push(next);
  if (waiting.length > MOST_SHOWN) waiting.shift();
}

function draw() {
  const strip = byId("strip");
  for (const next of waiting.splice(0)) {
    const { media } = next.dataset;
    if (media) strip.querySelector(`[data-media="${CSS.escape(media)}"]`)?.remove();
    strip.prepend(next);
  }
  while (strip.children.length > MOST_SHOWN) strip.lastChild.remove();
  showStrip();
  say(byId("live-count"), "live.count", { n: count });
  byId("live-count").title = number(count);
}

function showStrip() {
  const empty = byId("strip").children.length === 0;
  byId("live-empty").hidden = !empty;
  byId("strip").hidden = empty;
}

// Thumbnails of media, fetched when they scroll into view. An <img> could neither send an API key nor retry.
import { ask, mediumPath } from "./api.js";
import { h, icon } from "./dom.js";

/** The largest size that the service creates, in pixels. */
export const LARGEST = 1024;

/** The service creates few at once and refuses others. */
const AT_ONCE = 6;
const RETRIES = 3;
const RETRY_MILLIS = 1000;
const MOST_FETCHED = 200;

const fetched = new Map();
const turns = []; // requests that wait
let running = 0;

/**
 * Returns the thumbnail of a medium, or a plain tile if there is none.
 *
 * @param size   the longest side in pixels, 32 to [LARGEST]
 * @param failed called with the Problem if there is none
 */
export function thumbnail(mediaId, size, { eager = false, failed = () => {} } = {}) {
  const frame = h("span", { class: "thumbnail" });
  const image = h("img", { alt: "", decoding: "async" });
  image.addEventListener("load", () => frame.classList.add("loaded"));
  const path = `${mediumPath(mediaId)}/thumbnail?size=${size}`;
  const without = (failure) => {
    frame.replaceChildren(icon("picture"));
    failed(failure);
  };
  image.addEventListener("error", () => frame.replaceChildren(icon("picture")));
  frame.append(image);
  if (eager) fill(image, without, path, "unshift");
  else whenSeen(frame, () => fill(image, without, path, "push"));
  return frame;
}

/** @param enter how to enter the queue: `push`, or `unshift` to pass the others */
async function fill(image, without, path, enter) {
  try {
    if (!fetched.has(path)) {
      fetched.set(path, URL.createObjectURL(await load(path, enter)));
      forgetOldest();
    }
    image.src = fetched.get(path);
  } catch (failure) {
    without(failure);
  }
}

async function load(path, enter) {
  for (let tries = 0; ; tries++) {
    try {
      return await inTurn(enter, async () => (await ask(path)).blob());
    } catch (failure) {
      if (failure.status !== 503 || tries === RETRIES) throw failure;
    }
    // at different times, or the service would refuse the same ones again
    await new Promise((resolve) => setTimeout(resolve, RETRY_MILLIS * (tries + Math.random())));
  }
}

async function inTurn(enter, work) {
  if (running === AT_ONCE) await new Promise((resolve) => turns[enter](resolve));
  else running++;
  try {
    return await work();
  } finally {
    if (turns.length > 0) turns.shift()();
    else running--;
  }
}

function forgetOldest() {
  if (fetched.size <= MOST_FETCHED) return;
  const [oldest, url] = fetched.entries().next().value;
  URL.revokeObjectURL(url);
  fetched.delete(oldest);
}

function whenSeen(element, then) {
  const observer = new IntersectionObserver((entries) => {
    if (entries.some((entry) => entry.isIntersecting)) {
      observer.disconnect();
      then();
    }
  }, { rootMargin: "300px" });
  observer.observe(element);
}

// Thumbnails of media. An <img> cannot send an API key, so with a key they are fetched when they scroll into view.
import { ask, hasKey, mediumPath } from "./api.js";
import { h, icon } from "./dom.js";

/** The largest size that the service creates, in pixels. */
export const LARGEST = 1024;

const MOST_FETCHED = 200;
const fetched = new Map();

/**
 * Returns the thumbnail of a medium, or a plain tile if there is none.
 *
 * @param size   the longest side in pixels, 32 to [LARGEST]
 * @param failed called with the Problem if there is none
 */
export function thumbnail(mediaId, size, { eager = false, failed = () => {} } = {}) {
  const frame = h("span", { class: "thumbnail" });
  const image = h("img", { alt: "", decoding: "async", loading: eager || hasKey() ? "eager" : "lazy" });
  image.addEventListener("load", () => frame.classList.add("loaded"));
  const path = `${mediumPath(mediaId)}/thumbnail?size=${size}`;
  const without = (failure) => {
    frame.replaceChildren(icon("picture"));
    failed(failure);
  };
  image.addEventListener("error", () => {
    if (failed.length > 0 && !hasKey()) ask(path).catch(without); // an <img> does not have the reason
    else frame.replaceChildren(icon("picture"));
  });
  frame.append(image);
  if (hasKey()) whenSeen(frame, () => fill(image, without, path));
  else image.src = path;
  return frame;
}

async function fill(image, without, path) {
  try {
    if (!fetched.has(path)) {
      fetched.set(path, URL.createObjectURL(await (await ask(path)).blob()));
      forgetOldest();
    }
    image.src = fetched.get(path);
  } catch (failure) {
    without(failure);
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

// Calls the HTTP API. URLs are relative, so that the page also works below a path of a proxy.

const KEY = "clipstream.key";

/** A failed request. `problem` is the problem+json of the service, or an object of the same form. */
export class Problem extends Error {
  constructor(status, problem, retrySeconds) {
    super(problem.detail ?? problem.title ?? String(status));
    this.status = status;
    this.problem = problem;
    this.retrySeconds = retrySeconds;
  }

  /** Whether a retry may succeed. */
  get passing() {
    return this.status === 503 || this.status === 0;
  }
}

export const hasKey = () => sessionStorage.getItem(KEY) !== null;

export const takeKey = (key) => sessionStorage.setItem(KEY, key);

/** Returns whether the service accepts a key. Throws if the service does not respond. */
export async function isAccepted(key) {
  // a character that no header may have is in no valid key
  if (!/^[\x21-\x7e]+$/.test(key)) return false;
  return (await fetch("v1/state", { headers: { Authorization: "Bearer " + key } })).status !== 401;
}

let refused = () => {};

/** Sets the listener that is called when the service requires an API key. */
export function onRefused(listener) {
  refused = listener;
}

/** Returns a response with a 2xx status, or throws a Problem. */
export async function ask(path, options = {}) {
  const headers = new Headers(options.headers);
  if (hasKey()) headers.set("Authorization", "Bearer " + sessionStorage.getItem(KEY));
  let response;
  try {
    response = await fetch(path, { ...options, headers });
  } catch (e) {
    if (e.name === "AbortError") throw e;
    throw new Problem(0, { code: "offline" }, 3);
  }
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({}));
  const failure = new Problem(response.status, problem, Number(response.headers.get("Retry-After") ?? 5));
  if (response.status === 401) refused(failure);
  throw failure;
}

export const get = async (path, signal) => (await ask(path, { signal })).json();

let maxResults;

/** Returns `k`, or the most results that the service returns at once if that is less. */
export async function atMost(k) {
  maxResults ??= (await get("v1/state")).maxResults ?? Infinity;
  return Math.min(k, maxResults);
}

export async function post(path, body, signal) {
  const headers = { "Content-Type": "application/json" };
  return (await ask(path, { method: "POST", headers, body: JSON.stringify(body), signal })).json();
}

export const mediumPath = (mediaId) => "v1/media/" + encodeURIComponent(mediaId);

/** Returns whether a medium exists. */
export async function exists(mediaId) {
  try {
    await ask(mediumPath(mediaId));
    return true;
  } catch (failure) {
    if (failure.status === 404) return false;
    throw failure;
  }
}

/** Deletes a medium. It is gone when the service has processed the event, moments later. */
export const remove = (mediaId) => ask(mediumPath(mediaId), { method: "DELETE" });

/** Uploads an image of a type that the browser knows. */
export const upload = (file, mediaId) =>
  ask("v1/media?mediaId=" + encodeURIComponent(mediaId), { method: "POST", headers: { "Content-Type": file.type }, body: file });

/** Uploads a file of an unknown type in base64; the service says what it is. */
export const uploadUnknown = (image, mediaId) => post("v1/media", { mediaId, image });

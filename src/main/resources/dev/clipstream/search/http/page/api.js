// The service's lookups. URLs are relative, so that the page also works below a path of a proxy.

const KEY = "clipstream.key";

/** An answer that is none: `problem` is what the service said (problem+json), or of the same form. */
export class Problem extends Error {
  constructor(status, problem, retrySeconds) {
    super(problem.detail ?? problem.title ?? String(status));
    this.status = status;
    this.problem = problem;
    this.retrySeconds = retrySeconds;
  }

  /** Whether the same may succeed a little later. */
  get passing() {
    return this.status === 503 || this.status === 0;
  }
}

export const hasKey = () => sessionStorage.getItem(KEY) !== null;

export const takeKey = (key) => sessionStorage.setItem(KEY, key);

let refused = () => {};

/** Who is told when the service wants a key. */
export function onRefused(listener) {
  refused = listener;
}

/** A response with status 2xx; anything else is a Problem. */
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

export async function post(path, body, signal) {
  const headers = { "Content-Type": "application/json" };
  return (await ask(path, { method: "POST", headers, body: JSON.stringify(body), signal })).json();
}

export const mediumPath = (mediaId) => "v1/media/" + encodeURIComponent(mediaId);

/** Sends a picture into the pipeline. */
export async function upload(file, mediaId) {
  const path = "v1/media?mediaId=" + encodeURIComponent(mediaId);
  const headers = { "Content-Type": file.type || "image/" + file.name.split(".").pop().toLowerCase() };
  return (await ask(path, { method: "POST", headers, body: file })).json();
}

// Uploads: a notice for each file, from the choice of its name to its tags or the reason of its refusal.
import { exists, get, Problem, upload, uploadUnknown } from "./api.js";
import { byId, h } from "./dom.js";
import { say } from "./language.js";
import { onEvent } from "./live.js";
import { tagName } from "./names.js";
import { fade, notice, reason } from "./notices.js";
import { base64 } from "./pictures.js";
import { follow, href } from "./route.js";

const AT_ONCE = 3;
const WAIT_MILLIS = 60_000;
/** Larger files are not read into a request of another type. */
const MOST_UNKNOWN_BYTES = 64 << 20;

const waiting = []; // work that needs one of the few connections
const underway = new Map(); // notices by media id, until the outcome is known
const taken = new Set(); // ids of this page's uploads, which may not be in the index yet
let sending = 0;

export function startUploads() {
  byId("upload").addEventListener("change", (event) => {
    send(event.target.files);
    event.target.value = "";
  });
  onEvent("tagged", (result) => settle(result.mediaId, (sent) => tagged(sent, result)));
  onEvent("rejected", ({ mediaId, reason: code, message }) =>
    settle(mediaId, ({ shown, text }) => {
      taken.delete(mediaId);
      shown.classList.add("bad");
      say(text, "upload.rejected", { reason: code, message: message ?? "" });
    }));
}

/** Uploads files, a few at a time. */
export function send(files) {
  for (const file of files) enqueue(() => sendOne(file));
}

function enqueue(work) {
  waiting.push(work);
  if (sending < AT_ONCE) run();
}

async function run() {
  sending++;
  while (waiting.length > 0) await waiting.shift()();
  sending--;
}

/** Uploads a file as its name, or, if a medium has that name already, asks the user. The question occupies no connection. */
async function sendOne(file) {
  const text = h("p", { t: "upload.sending" });
  const sent = { file, shown: notice("plain", h("strong", {}, file.name), text), text };
  await reporting(sent, async () => {
    if (await reserve(file.name)) await sendAs(sent, file.name);
    else askForId(sent, await reserveLike(file.name));
  });
}

async function reporting({ shown, text }, work) {
  try {
    await work();
  } catch (failure) {
    if (failure.problem === undefined) throw failure;
    shown.classList.add("bad");
    text.replaceWith(h("p", { role: "alert" }, reason(failure)));
  }
}

/** Reserves a media id, unless a medium or another upload has it. */
async function reserve(mediaId) {
  if (taken.has(mediaId)) return false;
  taken.add(mediaId); // before the response, so that of two files of one name only one gets it
  let free = false;
  try {
    free = !(await exists(mediaId));
  } finally {
    if (!free) taken.delete(mediaId);
  }
  return free;
}

/** Reserves a name like `coffee (2).png`. */
async function reserveLike(name) {
  for (let number = 2; ; number++) {
    const free = name.replace(/(\.\w+)?$/, (end) => ` (${number})${end}`);
    if (await reserve(free)) return free;
  }
}

/** Lets the user upload a file as `free`, replace the medium of its name, or close the notice to do nothing. */
function askForId(sent, free) {
  const { file, shown, text } = sent;
  const choose = (mediaId) => () => {
    choices.remove();
    if (mediaId !== free) taken.delete(free);
    say(text, "upload.sending");
    enqueue(() => reporting(sent, () => sendAs(sent, mediaId)));
  };
  const choices = h(
    "p",
    { class: "choices" },
    h("button", { type: "button", class: "button", t: "upload.both", args: { name: free }, click: choose(free) }),
    h("button", { type: "button", class: "button", t: "upload.replace", click: choose(file.name) }),
  );
  say(text, "upload.exists");
  text.after(choices);
  shown.addEventListener("closed", () => choices.isConnected && taken.delete(free));
}

async function sendAs(sent, mediaId) {
  const { file, shown, text } = sent;
  taken.add(mediaId);
  underway.set(mediaId, sent);
  try {
    await transfer(file, mediaId);
  } catch (failure) {
    if (underway.get(mediaId) === sent) underway.delete(mediaId);
    taken.delete(mediaId);
    throw failure;
  }
  const waits = () => underway.get(mediaId) === sent;
  if (waits()) say(text, "upload.sent");
  setTimeout(() => waits() && shown.remove(), WAIT_MILLIS);
}

async function transfer(file, mediaId) {
  try {
    if (file.type.startsWith("image/")) return await upload(file, mediaId);
    if (file.size > MOST_UNKNOWN_BYTES) throw tooLarge(file);
    return await uploadUnknown(await read(file), mediaId);
  } catch (failure) {
    // a service that refuses a large body closes the connection before the browser reads the response; and a browser
    // does not tell a file that it cannot read from a service that does not respond
    if (failure.status === 0 && (await responds())) throw file.size > 1 << 20 ? tooLarge(file) : unreadable();
    throw failure;
  }
}

const read = (file) => base64(file).catch(() => {
  throw unreadable();
});

const unreadable = () => new Problem(400, { code: "bad-picture", words: "upload.unreadable" });

const tooLarge = (file) => new Problem(413, { code: "too-large", words: "upload.large", args: { megabytes: Math.round(file.size / 1e6) } });

const responds = () => get("v1/state").then(() => true, () => false);

function settle(mediaId, outcome) {
  const sent = underway.get(mediaId);
  if (!sent) return;
  underway.delete(mediaId);
  outcome(sent);
}

function tagged({ shown, text }, { mediaId, labelSet, tags }) {
  if (tags.length === 0) say(text, "upload.untagged");
  else {
    const names = tags.slice(0, 3).map((tag) => tagName(tag.labelId, tag.displayName, tag.labelSet ?? labelSet));
    text.replaceWith(h("p", {}, h("span", { t: "upload.tagged" }), " ", names.flatMap((name, at) => (at > 0 ? [" · ", name] : [name]))));
  }
  shown.querySelector(".notice-text").append(h("a", { href: href({ media: mediaId }), click: follow, t: "upload.see" }));
  fade(shown);
}

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

const waiting = [];
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
      shown.classList.add("bad");
      say(text, "upload.rejected", { reason: code, message: message ?? "" });
    }));
}

/** Uploads files, a few at a time. */
export function send(files) {
  waiting.push(...files);
  while (sending < AT_ONCE && waiting.length > 0) run();
}

async function run() {
  sending++;
  while (waiting.length > 0) await sendOne(waiting.shift());
  sending--;
}

async function sendOne(file) {
  const text = h("p", { t: "upload.sending" });
  const shown = notice("plain", h("strong", {}, file.name), text);
  try {
    const mediaId = await chosenId(file.name, shown, text);
    if (mediaId === null) return;
    say(text, "upload.sending");
    taken.add(mediaId);
    underway.set(mediaId, { shown, text });
    await transfer(file, mediaId);
    if (underway.has(mediaId)) say(text, "upload.sent");
    setTimeout(() => underway.has(mediaId) && shown.remove(), WAIT_MILLIS);
  } catch (failure) {
    if (failure.problem === undefined) throw failure;
    for (const [mediaId, sent] of underway) if (sent.shown === shown) underway.delete(mediaId);
    taken.delete(file.name);
    shown.classList.add("bad");
    text.replaceWith(h("p", { role: "alert" }, reason(failure)));
  }
}

/** Returns the id: the file's name, or, if a medium has that name already, what the user decides. Null to do nothing. */
async function chosenId(name, shown, text) {
  if (!(await isTaken(name))) return name;
  const free = await freeName(name);
  say(text, "upload.exists");
  return new Promise((resolve) => {
    const choose = (id) => () => {
      choices.remove();
      resolve(id);
    };
    const choices = h(
      "p",
      { class: "choices" },
      h("button", { type: "button", class: "button", t: "upload.both", args: { name: free }, click: choose(free) }),
      h("button", { type: "button", class: "button", t: "upload.replace", click: choose(name) }),
    );
    text.after(choices);
    shown.addEventListener("closed", () => resolve(null));
  });
}

const isTaken = async (name) => taken.has(name) || exists(name);

/** Returns a name like `coffee (2).png` that no medium has. */
async function freeName(name) {
  for (let number = 2; ; number++) {
    const free = name.replace(/(\.\w+)?$/, (end) => ` (${number})${end}`);
    if (!(await isTaken(free))) return free;
  }
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
    const names = tags.slice(0, 3).map((tag) => tagName(tag.labelId, tag.displayName, labelSet));
    text.replaceWith(h("p", {}, h("span", { t: "upload.tagged" }), " ", names.flatMap((name, at) => (at > 0 ? [" · ", name] : [name]))));
  }
  shown.querySelector(".notice-text").append(h("a", { href: href({ media: mediaId }), click: follow, t: "upload.see" }));
  fade(shown);
}

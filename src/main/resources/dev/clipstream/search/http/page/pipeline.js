// Shows the status of the pipeline, which is fetched every two seconds while the page is visible.
import { get } from "./api.js";
import { byId, h, icon, svg } from "./dom.js";
import { number, say } from "./language.js";
import { onEvent } from "./live.js";

const EVERY_MILLIS = 2000;
const REMEMBERED = 60;
const REJECTIONS_SHOWN = 8;

const rates = [];
const rejections = [];
let state;
let timer;

export function startPipeline() {
  onEvent("rejected", (rejection) => {
    rejections.unshift(rejection);
    rejections.length = Math.min(rejections.length, REJECTIONS_SHOWN);
    drawRejections();
  });
  document.addEventListener("visibilitychange", () => document.hidden || look());
  timer = setInterval(() => document.hidden || look(), EVERY_MILLIS);
  look();
}

async function look() {
  try {
    state = await get("v1/state");
  } catch (failure) {
    if (failure.status === 404 || failure.status === 401) clearInterval(timer); // no status, or an API key is required
    byId("pulse").classList.add("stale");
    byId("pipeline").classList.add("stale");
    return;
  }
  rates.push(state.eventsPerSecond ?? 0);
  if (rates.length > REMEMBERED) rates.shift();
  byId("pulse").hidden = false;
  byId("pulse").classList.remove("stale");
  byId("pipeline").classList.remove("stale");
  byId("pulse").classList.toggle("busy", state.eventsPerSecond > 0);
  say(byId("pulse-text"), "pulse", { rate: number(state.eventsPerSecond ?? 0, 1) });
  if (!byId("pipeline").hidden) showPipeline();
}

/** Shows the most recent status. */
export function showPipeline() {
  byId("pipeline-waits").hidden = state !== undefined;
  byId("pipeline-body").hidden = state === undefined;
  if (!state) return;
  byId("rate").textContent = number(state.eventsPerSecond ?? 0, 1);
  byId("spark").replaceChildren(spark());
  byId("figures").replaceChildren(
    figure("figure.batch", state.meanBatch, 1),
    figure("figure.lag", state.lag),
    figure("figure.queued", state.queued),
    figure("figure.inFlight", state.inFlight),
    figure("figure.tagged", state.tagged),
    figure("figure.rejected", Object.values(state.rejected ?? {}).reduce((sum, n) => sum + n, 0)),
  );
  drawStreams();
  drawRejections();
}

const figure = (key, value, digits = 0) =>
  h("div", {}, h("dt", { t: key }), h("dd", {}, Number.isFinite(value) ? number(value, digits) : "–"));

function spark() {
  const most = Math.max(1, ...rates);
  const points = rates.map((rate, at) => `${((at + REMEMBERED - rates.length) / (REMEMBERED - 1)) * 600},${78 - (rate / most) * 70}`);
  const [first] = points[0].split(",");
  return svg(
    "svg",
    { viewBox: "0 0 600 80", preserveAspectRatio: "none", "aria-hidden": "true", focusable: "false" },
    svg("line", { class: "spark-base", x1: 0, y1: 78, x2: 600, y2: 78 }),
    svg("path", { class: "spark-face", d: `M${first},78L${points.join("L")}L600,78Z` }),
    svg("polyline", { class: "spark-line", points: points.join(" ") }),
  );
}

/** Shows the data flow: topics, topologies and the index. */
function drawStreams() {
  const { streams = {}, index } = state;
  const stations = Object.entries(streams).map(([name, its]) => station(name, "station." + name, its));
  if (index) {
    stations.push(station(index.kind ?? "index", "station.index", index.health,
      index.media === undefined ? null : h("p", { class: "station-count", t: "station.media", args: { n: index.media } })));
  }
  byId("stations").replaceChildren(...stations);
  byId("model").replaceChildren(...known());
}

const KNOWN_STATIONS = ["embedding", "tagging", "indexing", "index"];

function station(name, key, its, more = null) {
  const word = typeof its === "string" ? its : String(its?.state ?? its?.status ?? "");
  const well = /^(running|up|ready|ok|healthy)$/i.test(word);
  const known = KNOWN_STATIONS.includes(key.slice("station.".length));
  return h(
    "li",
    { class: "station " + (well ? "well" : "unwell") },
    h("strong", {}, name),
    known ? h("p", { class: "quiet", t: key }) : null,
    more,
    h("p", { class: "station-state" }, icon(well ? "check" : "warning"), well ? h("span", { t: "station.well" }) : word.toLowerCase().replaceAll("_", " ")),
  );
}

function known() {
  const { model, labelSet, index } = state;
  const rows = [];
  const add = (key, value) => value && rows.push(h("div", {}, h("dt", { t: key }), h("dd", {}, value)));
  add("model", typeof model === "string" ? model : model && `${model.id}, ${model.dimension}`);
  add("model.fingerprint", model?.fingerprint?.slice(0, 16));
  add("about.labels", typeof labelSet === "string" ? labelSet : labelSet && [labelSet.name, labelSet.version].filter(Boolean).join(" "));
  add("index", index?.name);
  return rows;
}

function drawRejections() {
  const reasons = Object.entries(state?.rejected ?? {}).sort(([, one], [, other]) => other - one);
  const most = Math.max(1, ...reasons.map(([, n]) => n));
  byId("reasons-none").hidden = reasons.length > 0;
  byId("reasons").replaceChildren(...reasons.map(([reason, n]) => {
    const fill = h("span", { class: "bar-fill away" });
    fill.style.setProperty("--part", String(n / most));
    return h("li", { class: "bar" }, h("span", { class: "bar-name" }, reason), h("span", { class: "bar-number" }, number(n)),
      h("span", { class: "bar-track", "aria-hidden": "true" }, fill));
  }));
  byId("rejections").replaceChildren(...rejections.map(({ mediaId, reason, message }) =>
    h("li", {}, h("strong", {}, mediaId ?? "–"), " ", h("code", {}, reason), h("p", { class: "quiet" }, message ?? ""))));
  byId("rejections").hidden = rejections.length === 0;
}

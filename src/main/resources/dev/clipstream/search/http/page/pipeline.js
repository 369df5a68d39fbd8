// Shows the status of the pipeline, which is fetched every two seconds while the page is visible.
import { get } from "./api.js";
import { byId, h, icon, svg } from "./dom.js";
import { language, number, onLanguage, say } from "./language.js";
import { onEvent } from "./live.js";

const EVERY_MILLIS = 2000;
const REMEMBERED = 60;
const REJECTIONS_SHOWN = 8;

const history = []; // the last two minutes: totals and rates
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
  onLanguage(drawPhotographs);
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
  history.push({
    embedded: state.embedded ?? 0, tagged: state.tagged ?? 0, rejected: rejected(),
    rate: state.embeddedPerSecond ?? 0, rejections: state.rejectedPerSecond ?? 0,
  });
  if (history.length > REMEMBERED) history.shift();
  byId("pulse").hidden = false;
  byId("pulse").classList.remove("stale");
  byId("pipeline").classList.remove("stale");
  const { rate } = history.at(-1);
  byId("pulse").classList.toggle("busy", rate > 0);
  byId("pulse").classList.toggle("ill", rejecting("embedding") || rejecting("tagging"));
  say(byId("pulse-text"), "pulse", { rate: number(rate, 1) });
  drawPhotographs();
  if (!byId("pipeline").hidden) showPipeline();
}

/** Says that the bundled model knows no photographs, and which command starts one that does. */
function drawPhotographs() {
  const commands = state?.modelForPhotographs;
  byId("emoji-only").hidden = !commands;
  if (commands) byId("photographs").textContent = commands[language()];
}

/** Returns the number of rejections since the start of the service. */
const rejected = () => Object.values(state.rejected ?? {}).reduce((sum, n) => sum + n, 0);

/** Returns whether a topology rejected records in the last two minutes, or since its start, and passed on none. */
function rejecting(topology) {
  const from = history.length > 1 ? history[0] : { embedded: 0, tagged: 0, rejected: 0 };
  const to = history.at(-1);
  if (to.rejected === from.rejected) return false;
  return topology === "embedding" ? to.embedded === from.embedded
    : topology === "tagging" && to.embedded > from.embedded && to.tagged === from.tagged;
}

/** Shows the most recent status. */
export function showPipeline() {
  byId("pipeline-waits").hidden = state !== undefined;
  byId("pipeline-body").hidden = state === undefined;
  if (!state) return;
  const { rate, rejections: lost } = history.at(-1);
  byId("rate").textContent = number(rate, 1);
  byId("lost").hidden = lost === 0;
  say(byId("lost"), "figure.lost", { rate: number(lost, 1) });
  byId("spark").replaceChildren(spark());
  byId("figures").replaceChildren(
    figure("figure.batch", state.meanBatch, 1),
    figure("figure.lag", state.lag),
    ...(state.backfillLag > 0 ? [figure("figure.backfillLag", state.backfillLag)] : []),
    figure("figure.queued", state.queued),
    figure("figure.inFlight", state.inFlight),
    figure("figure.tagged", state.tagged),
    figure("figure.rejected", rejected()),
  );
  drawStreams();
  drawRejections();
}

const figure = (key, value, digits = 0) =>
  h("div", {}, h("dt", { t: key }), h("dd", {}, Number.isFinite(value) ? number(value, digits) : "–"));

function spark() {
  const most = Math.max(1, ...history.flatMap(({ rate, rejections: lost }) => [rate, lost]));
  const line = (value) => history.map((sample, at) =>
    `${((at + REMEMBERED - history.length) / (REMEMBERED - 1)) * 600},${78 - (value(sample) / most) * 70}`);
  const points = line(({ rate }) => rate);
  const [first] = points[0].split(",");
  return svg(
    "svg",
    { viewBox: "0 0 600 80", preserveAspectRatio: "none", "aria-hidden": "true", focusable: "false" },
    svg("line", { class: "spark-base", x1: 0, y1: 78, x2: 600, y2: 78 }),
    svg("path", { class: "spark-face", d: `M${first},78L${points.join("L")}L600,78Z` }),
    svg("polyline", { class: "spark-line", points: points.join(" ") }),
    history.some(({ rejections: lost }) => lost > 0)
      ? svg("polyline", { class: "spark-line away", points: line(({ rejections: lost }) => lost).join(" ") })
      : null,
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
  const runs = /^(running|up|ready|ok|healthy)$/i.test(word);
  const useless = runs && rejecting(name);
  const well = runs && !useless;
  const known = KNOWN_STATIONS.includes(key.slice("station.".length));
  return h(
    "li",
    { class: "station " + (well ? "well" : "unwell") },
    h("strong", {}, name),
    known ? h("p", { class: "quiet", t: key }) : null,
    more,
    h("p", { class: "station-state" }, icon(well ? "check" : "warning"), 
      useless ? h("span", { t: "station.rejecting" }) : well ? h("span", { t: "station.well" }) : word.toLowerCase().replaceAll("_", " ")),
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

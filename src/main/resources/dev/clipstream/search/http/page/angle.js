// Draws cosines as the angle between two vectors: the smaller the angle, the nearer the vectors.
import { svg } from "./dom.js";

const degrees = (cosine) => (Math.acos(Math.min(1, Math.max(-1, cosine))) * 180) / Math.PI;

const point = (angle, x, y, radius) => {
  const turn = (angle * Math.PI) / 180;
  return [(x + radius * Math.cos(turn)).toFixed(2), (y - radius * Math.sin(turn)).toFixed(2)];
};

/** Returns a wedge to show next to a number. Angles above 90° open to the left. */
export function wedge(cosine) {
  const [x, y] = point(degrees(cosine), 12, 12.5, 11);
  return svg(
    "svg",
    { viewBox: cosine < 0 ? "0 0 24 14" : "11 0 13 14", class: "wedge", "aria-hidden": "true", focusable: "false" },
    svg("path", { class: "wedge-face", d: `M12 12.5H23A11 11 0 0 0 ${x} ${y}Z` }),
    svg("path", { class: "wedge-rays", d: `M23 12.5H12L${x} ${y}` }),
  );
}

const VERTEX = { x: 8, y: 142, radius: 132 };

/**
 * Returns a fan of rays: the horizontal ray is the query, and the angle of each other ray is that of a result. Rays of
 * results that point away from the query are vertical.
 *
 * @param results each with `mediaId` and `cosine`, best first
 */
export function fan(results) {
  const { x, y, radius } = VERTEX;
  const rays = results.map(({ mediaId, cosine }, rank) => {
    const angle = Math.min(degrees(cosine), 90);
    const [toX, toY] = point(angle, x, y, radius - 10);
    return svg(
      "g",
      { class: rank === 0 ? "ray best" : "ray", "data-ray": mediaId },
      svg("line", { x1: x, y1: y, x2: toX, y2: toY }),
      svg("circle", { cx: toX, cy: toY, r: rank === 0 ? 4.5 : 3 }),
    );
  });
  const ticks = [0, 15, 30, 45, 60, 75, 90].map((angle) => {
    const [fromX, fromY] = point(angle, x, y, radius - 2);
    const [toX, toY] = point(angle, x, y, radius + (angle % 45 === 0 ? 6 : 3));
    return svg("line", { class: "tick", x1: fromX, y1: fromY, x2: toX, y2: toY });
  });
  return svg(
    "svg",
    { viewBox: "0 0 160 152", class: "fan", "aria-hidden": "true", focusable: "false" },
    svg("path", { class: "rim", d: `M${x} ${y - radius}A${radius} ${radius} 0 0 1 ${x + radius} ${y}H${x}Z` }),
    ticks,
    svg("line", { class: "query-ray", x1: x, y1: y, x2: x + radius, y2: y }),
    rays.reverse(),
    svg("circle", { class: "vertex", cx: x, cy: y, r: 3.5 }),
  );
}

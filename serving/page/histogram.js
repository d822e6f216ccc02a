// A histogram of probabilities, with the decision threshold and the band of doubt.

import { element, shape } from "./dom.js";
import { isRead } from "./doubt.js";
import { toneOf } from "./tone.js";

const BINS = 20;
const WIDTH = 600;
const HEIGHT = 150;
// Order from bottom to top: the largest part of most bins comes first.
const STACK = ["negative", "doubt", "positive"];

/** The figure, without the predictions on texts that the model cannot read. */
export function histogram(predictions, { threshold, band: [low, high] }) {
  const read = predictions.filter(isRead);
  const bins = Array.from({ length: BINS }, () => ({ negative: 0, doubt: 0, positive: 0 }));
  for (const prediction of read) {
    const bin = Math.min(BINS - 1, Math.floor(prediction.probability * BINS));
    bins[bin][toneOf(prediction)] += 1;
  }
  const sum = (counts) => counts.reduce((total, count) => total + count, 0);
  const highest = Math.max(1, ...bins.map((bin) => sum(Object.values(bin))));
  const shown = STACK.map((tone) => [tone, sum(bins.map((bin) => bin[tone]))]);
  const leftOut = predictions.length - read.length;
  const picture = shape(
    "svg",
    {
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      preserveAspectRatio: "none",
      role: "img",
      label: ["distributionLabel", { ...Object.fromEntries(shown), threshold }],
    },
    rectangle("doubtful", low * WIDTH, 0, (high - low) * WIDTH, HEIGHT),
    ...bins.flatMap((bin, index) => bars(bin, index, highest)),
    shape("line", { class: "limit", x1: threshold * WIDTH, x2: threshold * WIDTH, y1: 0, y2: HEIGHT }),
  );
  return element(
    "figure",
    {},
    element("figcaption", { class: "soft", text: "distribution" }),
    picture,
    element(
      "div",
      { class: "ends soft", "aria-hidden": "true" },
      ...[0, 0.25, 0.5, 0.75, 1].map((at) =>
        element("span", { text: ["percent", { share: at }] }),
      ),
    ),
    element(
      "ul",
      { class: "legend soft" },
      element("li", { class: "key-threshold", text: ["legendThreshold", { threshold }] }),
      element("li", { class: "key-band", text: ["legendBand", { low, high }] }),
    ),
    leftOut ? element("p", { class: "soft small", text: ["leftOut", { count: leftOut }] }) : null,
  );
}

function bars(bin, index, highest) {
  const step = WIDTH / BINS;
  let below = HEIGHT;
  return STACK.filter((tone) => bin[tone]).map((tone) => {
    const height = (bin[tone] / highest) * (HEIGHT - 8);
    below -= height;
    return rectangle(tone, index * step + 1.5, below, step - 3, height);
  });
}

function rectangle(name, x, y, width, height) {
  return shape("rect", { class: name, x, y, width, height });
}

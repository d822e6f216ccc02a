// The share of negative mentions over time with its usual band, and the number of mentions below.

import { element, shape } from "../dom.js";
import { isAboveUsual, negativeShare } from "./report.js";

const WIDTH = 1000;
const HEIGHT = 240;
const VOLUME_HEIGHT = 60;
const TOPS = [0.25, 0.5, 0.75, 1];
const TICKS = [0, 0.25, 0.5, 0.75, 1];

export function chart(report) {
  const { buckets, since, until, total } = report;
  const values = buckets.flatMap((bucket) => [negativeShare(bucket) ?? 0, bucket.usual?.high ?? 0]);
  const highest = Math.max(...values);
  const top = TOPS.find((value) => value >= highest) ?? 1;
  const step = WIDTH / buckets.length;
  const y = (share) => HEIGHT * (1 - share / top);
  const above = buckets.filter(isAboveUsual).length;
  const label = [
    "crowd.chartLabel",
    { since, until, share: negativeShare(total) ?? 0, mentions: total.mentions, above, all: buckets.length },
  ];
  return [
    element(
      "div",
      { class: "plot" },
      scale(top),
      picture(
        HEIGHT,
        { class: "share-plot", role: "img", label },
        ...TICKS.map((at) => line("grid", 0, WIDTH, at * HEIGHT)),
        ...runs(buckets, (bucket) => bucket.usual !== null).flatMap((run) => band(run, step, y)),
        shape("path", { class: "share", d: shareLine(buckets, step, y) }),
        ...buckets.flatMap((bucket, index) =>
          // A line of no length has a round end, which the stretched picture keeps round.
          isAboveUsual(bucket)
            ? [shape("path", { class: "above", d: `M${(index + 0.5) * step} ${y(negativeShare(bucket))}h0` })]
            : [],
        ),
      ),
      times(since, until),
      ...volume(report, step),
    ),
    legend(),
  ];
}

function picture(height, properties, ...shapes) {
  const box = { viewBox: `0 0 ${WIDTH} ${height}`, preserveAspectRatio: "none" };
  return shape("svg", { ...box, ...properties }, ...shapes);
}

function line(name, from, to, y) {
  return shape("line", { class: name, x1: from, x2: to, y1: y, y2: y });
}

/** Neighbouring buckets that fulfil a condition, with the index of the first. */
function runs(buckets, holds) {
  const found = [];
  buckets.forEach((bucket, index) => {
    if (!holds(bucket)) return;
    const last = found.at(-1);
    if (last && last.first + last.buckets.length === index) last.buckets.push(bucket);
    else found.push({ first: index, buckets: [bucket] });
  });
  return found;
}

function band({ first, buckets }, step, y) {
  const edge = (value) =>
    buckets.map((bucket, index) => {
      const left = (first + index) * step;
      return [`${left} ${y(value(bucket))}`, `${left + step} ${y(value(bucket))}`];
    });
  const high = edge(({ usual }) => usual.high).flat();
  const low = edge(({ usual }) => usual.low).flat().reverse();
  const middle = edge(({ usual }) => usual.share).flat();
  return [
    shape("path", { class: "usual-band", d: `M${[...high, ...low].join("L")}Z` }),
    shape("path", { class: "usual-share", d: `M${middle.join("L")}` }),
  ];
}

function shareLine(buckets, step, y) {
  return runs(buckets, ({ mentions }) => mentions > 0)
    .map((run) => {
      const points = run.buckets.map(
        (bucket, index) => `${(run.first + index + 0.5) * step} ${y(negativeShare(bucket))}`,
      );
      return `M${points.join("L")}h0`;
    })
    .join("");
}

function scale(top) {
  const shares = TICKS.toReversed().map((at) => element("span", { text: ["percent", { share: at * top }] }));
  return element("div", { class: "scale soft", "aria-hidden": "true" }, ...shares);
}

function times(since, until) {
  const [start, end] = [Date.parse(since), Date.parse(until)];
  const at = (part) => new Date(start + part * (end - start)).toISOString();
  const shown = TICKS.map((part) => element("span", { text: ["crowd.time", { at: at(part) }] }));
  return element("div", { class: "ends soft", "aria-hidden": "true" }, ...shown);
}

function legend() {
  const entry = (name) => element("li", { class: `key-${name}`, text: `crowd.legend.${name}` });
  return element("ul", { class: "legend soft" }, ...["share", "usual", "above"].map(entry));
}

function volume({ buckets, bucket_minutes }, step) {
  const highest = Math.max(1, ...buckets.map(({ mentions }) => mentions));
  const bar = (name, index, from, count) => {
    const height = (count / highest) * VOLUME_HEIGHT;
    const y = VOLUME_HEIGHT * (1 - from / highest) - height;
    return shape("rect", { class: name, x: index * step, y, width: step * 0.85, height });
  };
  return [
    element("p", { class: "soft small", text: ["crowd.volume", { count: bucket_minutes, highest }] }),
    picture(
      VOLUME_HEIGHT,
      { class: "volume", "aria-hidden": "true" },
      ...buckets.flatMap(({ mentions, negative }, index) => [
        bar("negative", index, 0, negative),
        bar("other", index, negative, mentions - negative),
      ]),
    ),
  ];
}

// How readers would split over a tweet: ten faces, and a sentence that says the same in words.

import { element, shape } from "./dom.js";

const TONES = ["negative", "neutral", "positive"];
const TEN = 10;
const FACE = 24;
const GAP = 8;
const MOUTHS = { negative: "M8 17q4-4.5 8 0", neutral: "M8 15.5h8", positive: "M8 14.5q4 4.5 8 0" };
const PLACES = ["first", "second", "third"];

/** Whether more readers would call the tweet neutral than anything else; readers may be null. */
export function isMostlyNeutral(readers) {
  return readers !== null && leadingTone(readers) === "neutral";
}

/** The ten readers by tone; the largest remainders are rounded up, so that they add up to ten. */
export function tenReaders(readers) {
  const ten = Object.fromEntries(TONES.map((tone) => [tone, Math.floor(readers[tone] * TEN)]));
  const remainder = (tone) => (readers[tone] * TEN) % 1;
  const missing = TEN - TONES.reduce((sum, tone) => sum + ten[tone], 0);
  const roundedUp = TONES.toSorted((one, other) => remainder(other) - remainder(one));
  for (const tone of roundedUp.slice(0, missing)) ten[tone] += 1;
  return ten;
}

/** The largest group of the ten readers as [key, values] of a few words. */
export function largestGroup(readers) {
  const tone = leadingTone(readers);
  const count = tenReaders(readers)[tone];
  return [count === TEN ? "nearlyAll" : "largestGroup", { count, tone }];
}

/** The split as [key, values] of a sentence, the largest group first. */
export function readersSentence(readers) {
  const ten = tenReaders(readers);
  const groups = TONES.filter((tone) => ten[tone]).sort((one, other) => readers[other] - readers[one]);
  const values = groups.flatMap((tone, index) => [
    [PLACES[index], tone],
    [`${PLACES[index]}Count`, `number.${ten[tone]}`],
  ]);
  return [`readers.${groups.length}`, Object.fromEntries(values)];
}

/** The split as a figure, named by its sentence for screen readers, too. */
export function readersFigure(readers) {
  const ten = tenReaders(readers);
  const faces = TONES.filter((tone) => ten[tone]).flatMap((tone, group) =>
    Array.from({ length: ten[tone] }, () => ({ tone, gap: group * GAP })),
  );
  const width = TEN * (FACE + 2) + 2 * GAP;
  const picture = shape(
    "svg",
    { viewBox: `0 0 ${width} ${FACE}`, preserveAspectRatio: "xMinYMid", "aria-hidden": "true" },
    ...faces.map(({ tone, gap }, index) => face(tone, index * (FACE + 2) + gap)),
  );
  const sentence = readersSentence(readers);
  const caption = element("figcaption", { text: sentence });
  return element("figure", { class: "readers", label: sentence }, picture, caption);
}

function leadingTone(readers) {
  return TONES.reduce((most, tone) => (readers[tone] > readers[most] ? tone : most));
}

function face(tone, x) {
  return shape(
    "g",
    { class: "face", "data-tone": tone, transform: `translate(${x})` },
    shape("circle", { class: "head", cx: 12, cy: 12, r: 11 }),
    shape("circle", { class: "eye", cx: 8.5, cy: 9.5, r: 1.5 }),
    shape("circle", { class: "eye", cx: 15.5, cy: 9.5, r: 1.5 }),
    shape("path", { class: "mouth", d: MOUTHS[tone] }),
  );
}

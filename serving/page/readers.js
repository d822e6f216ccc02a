// The split of readers over a tweet, as ten faces and as a sentence.

import { element, shape } from "./dom.js";

const TONES = ["negative", "neutral", "positive"];
const TEN = 10;
const FACE = 24;
const GAP = 8;
const MOUTHS = { negative: "M8 17q4-4.5 8 0", neutral: "M8 15.5h8", positive: "M8 14.5q4 4.5 8 0" };
const PLACES = ["first", "second", "third"];

/** Whether neutral is the largest share. `readers` may be null. */
export function isMostlyNeutral(readers) {
  return readers !== null && leadingTone(readers) === "neutral";
}

/** Ten readers by tone, rounded by the largest remainder method. */
export function tenReaders(readers) {
  const ten = Object.fromEntries(TONES.map((tone) => [tone, Math.floor(readers[tone] * TEN)]));
  const remainder = (tone) => (readers[tone] * TEN) % 1;
  const missing = TEN - TONES.reduce((sum, tone) => sum + ten[tone], 0);
  const roundedUp = TONES.toSorted((one, other) => remainder(other) - remainder(one));
  for (const tone of roundedUp.slice(0, missing)) ten[tone] += 1;
  return ten;
}

/** The largest group of the ten readers, as [key, values] of a short text. */
export function largestGroup(readers) {
  const tone = leadingTone(readers);
  const count = tenReaders(readers)[tone];
  return [count === TEN ? "nearlyAll" : "largestGroup", { count, tone }];
}

/** The split as [key, values] of a sentence that begins with the largest group. */
export function readersSentence(readers) {
  const ten = tenReaders(readers);
  const groups = TONES.filter((tone) => ten[tone]).sort((one, other) => readers[other] - readers[one]);
  const values = groups.flatMap((tone, index) => [
    [PLACES[index], tone],
    [`${PLACES[index]}Count`, `number.${ten[tone]}`],
  ]);
  return [`readers.${groups.length}`, Object.fromEntries(values)];
}

/** The split as a figure. The sentence is its caption and its name for screen readers. */
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

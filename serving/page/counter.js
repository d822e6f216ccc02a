// The length of a tweet by twitter-text, configuration 3: 23 for a link, 2 for an emoji or an East
// Asian letter, 1 for other letters.

import { linksOf } from "./links.js";

export const TWEET = 280;
// The service writes its limit into the page.
export const LONGEST = Number(document.querySelector('meta[name="longest-text"]').content);

const LINK = 23;
const EMOJI = /\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/u;
const LIGHT = [
  [0, 4351],
  [8192, 8205],
  [8208, 8223],
  [8242, 8247],
];
const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

export function tweetLength(text) {
  let rest = text.normalize("NFC");
  const links = linksOf(rest);
  for (const link of links) rest = rest.replace(link, "");
  let length = links.length * LINK;
  for (const { segment } of graphemes.segment(rest)) {
    length += EMOJI.test(segment) ? 2 : weigh(segment);
  }
  return length;
}

/** The number of code points, which the service counts. */
export function characters(text) {
  return [...text].length;
}

function weigh(segment) {
  let weight = 0;
  for (const character of segment) {
    const point = character.codePointAt(0);
    weight += LIGHT.some(([first, last]) => point >= first && point <= last) ? 1 : 2;
  }
  return weight;
}

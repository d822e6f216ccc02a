// Reasons for doubt in a prediction.

import { isMostlyNeutral } from "./readers.js";

/** Whether the model can read the text. Otherwise its figures have no meaning. */
export function isRead({ doubt }) {
  return doubt === null || doubt === "band";
}

/**
 * The reason for doubt, as the last part of its translation keys. In the band of doubt it is the side
 * to which the tweet leans. The threshold may differ from 0.5: a "negative" with a probability above
 * 0.5 is "notPositive", and a "positive" with one below 0.5 is "notNegative".
 */
export function reasonOf({ doubt, label, probability, readers }) {
  if (doubt !== "band") return doubt;
  if (isMostlyNeutral(readers)) return "neutral";
  const leaning = probability >= 0.5 ? "positive" : "negative";
  if (leaning === label) return label;
  return label === "negative" ? "notPositive" : "notNegative";
}

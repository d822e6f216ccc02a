// Why the model is not sure.

import { isMostlyNeutral } from "./readers.js";

/** Whether the model could read the text; else its figures mean nothing. */
export function isRead({ doubt }) {
  return doubt === null || doubt === "band";
}

/**
 * The reason for doubt, as the end of its texts' keys. In the band of doubt the reason is where the
 * tweet leans. The threshold need not lie at 0.5: a "negative" that leans towards positive is
 * "notPositive", and a "positive" that leans towards negative is "notNegative".
 */
export function reasonOf({ doubt, label, probability, readers }) {
  if (doubt !== "band") return doubt;
  if (isMostlyNeutral(readers)) return "neutral";
  const leaning = probability >= 0.5 ? "positive" : "negative";
  if (leaning === label) return label;
  return label === "negative" ? "notPositive" : "notNegative";
}

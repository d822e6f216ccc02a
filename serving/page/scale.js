// The probability on a scale from 0 to 1, with the decision threshold and the band of doubt.

import { element } from "./dom.js";
import { toneOf } from "./tone.js";

export function probabilityScale(prediction, { threshold, band: [low, high] }) {
  const sentence = probabilitySentence(prediction);
  return element(
    "figure",
    { class: "scale", "data-tone": toneOf(prediction), label: sentence },
    element(
      "div",
      { class: "line", "aria-hidden": "true", style: { "--at": prediction.probability } },
      element("div", { class: "track" }),
      element("div", { class: "band", style: { "--low": low, "--high": high } }),
      element("div", { class: "fill" }),
      element("div", { class: "threshold", style: { "--threshold": threshold } }),
      element("div", { class: "mark" }),
    ),
    element(
      "div",
      { class: "ends soft", "aria-hidden": "true" },
      element("span", { text: "negative" }),
      element("span", { text: "positive" }),
    ),
    element("figcaption", { text: sentence }),
    element(
      "ul",
      { class: "legend soft" },
      element("li", { class: "key-threshold", text: ["legendThreshold", { threshold }] }),
      element("li", { class: "key-band", text: ["legendBand", { low, high }] }),
    ),
  );
}

/** The probability as [key, values] of a sentence. */
export function probabilitySentence({ probability }) {
  return ["probabilities", { positive: probability, negative: 1 - probability }];
}

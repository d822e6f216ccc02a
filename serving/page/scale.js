// The probability on a line from 0 to 1, with the decision threshold and the band of doubt.

import { element } from "./dom.js";
import { toneOf } from "./verdict.js";

export function probabilityScale({ probability, ...prediction }, { threshold, band: [low, high] }) {
  const values = { probability, threshold, low, high };
  return element(
    "div",
    { class: "scale", "data-tone": toneOf(prediction) },
    element(
      "div",
      { class: "line", role: "img", label: ["scale", values], style: { "--at": probability } },
      element("div", { class: "track" }),
      element("div", { class: "band", style: { "--low": low, "--high": high } }),
      element("div", { class: "fill" }),
      element("div", { class: "threshold", style: { "--threshold": threshold } }),
      element("div", { class: "mark" }),
      element("div", { class: "figure", text: ["percentPositive", values] }),
    ),
    element(
      "div",
      { class: "ends soft", "aria-hidden": "true" },
      element("span", { text: "negative" }),
      element("span", { text: "positive" }),
    ),
    element(
      "ul",
      { class: "legend soft" },
      element("li", { class: "key-threshold", text: ["legendThreshold", values] }),
      element("li", { class: "key-band", text: ["legendBand", values] }),
    ),
  );
}

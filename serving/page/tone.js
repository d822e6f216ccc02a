// The tone of a prediction, with the sign that stands for it beside its colour.

import { element } from "./dom.js";

const SIGNS = { positive: "+", negative: "\u2212", doubt: "?" };

/** "positive" or "negative", or "doubt" where a person should look. */
export function toneOf(prediction) {
  return prediction.confident ? prediction.label : "doubt";
}

export function sign(tone) {
  return element("span", { class: "sign", "data-tone": tone, "aria-hidden": "true" }, SIGNS[tone]);
}

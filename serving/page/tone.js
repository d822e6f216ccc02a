// The tone of a prediction and its sign, so that colour is not the only difference.

import { element } from "./dom.js";

const SIGNS = { positive: "+", negative: "\u2212", doubt: "?" };

/** "positive" or "negative", or "doubt" where a person should look. */
export function toneOf(prediction) {
  return prediction.confident ? prediction.label : "doubt";
}

export function sign(tone) {
  return element("span", { class: "sign", "data-tone": tone, "aria-hidden": "true" }, SIGNS[tone]);
}

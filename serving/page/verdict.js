// A verdict: in words, with a sign and a colour, its probability, who said so, and why.

import { element } from "./dom.js";
import { probabilityScale } from "./scale.js";
import { shadedText } from "./words.js";

const SIGNS = { positive: "+", negative: "\u2212", doubt: "?" };

/** "positive" or "negative", or "doubt" where a person should look. */
export function toneOf(prediction) {
  return prediction.confident ? prediction.label : "doubt";
}

/** The sign that stands for a tone beside its colour. */
export function sign(tone) {
  return element("span", { class: "sign", "data-tone": tone, "aria-hidden": "true" }, SIGNS[tone]);
}

/**
 * A prediction on a text; `model` is its description by the service, if it is still served.
 * `heading` is its level, `controls` stand below the shaded text.
 */
export function verdict(text, prediction, model, heading, ...controls) {
  const tone = toneOf(prediction);
  const advice = tone === "doubt" ? `advice.doubt.${prediction.label}` : `advice.${tone}`;
  const { name, checkpoint, version } = prediction.model;
  return element(
    "article",
    { class: "verdict", "data-tone": tone },
    element(
      "div",
      { class: "headline" },
      sign(tone),
      element(
        "div",
        {},
        element(heading, { class: "said", text: `verdict.${tone}` }),
        element("p", { class: "soft", text: advice }),
      ),
    ),
    model ? probabilityScale(prediction, model) : null,
    ...(prediction.explanation ? shadedText(text, prediction.explanation) : []),
    ...controls,
    element("p", { class: "made-by soft", text: ["madeBy", { name, checkpoint, version }] }),
  );
}

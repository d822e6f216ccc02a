// A verdict: label, split of readers, shaded text, model.

import { element } from "./dom.js";
import { isRead, reasonOf } from "./doubt.js";
import { isMostlyNeutral, readersFigure, readersSentence } from "./readers.js";
import { probabilityScale, probabilitySentence } from "./scale.js";
import { sign, toneOf } from "./tone.js";
import { plainText, shadedText } from "./words.js";

/**
 * The verdict on a text. `model` is the description of its model, if it is still served. `controls`
 * are placed below the text.
 */
export function verdict(text, prediction, model, ...controls) {
  const advice = element("p", { class: "soft", text: wording(prediction).advice });
  return article(text, prediction, model, "h2", advice, controls);
}

/** The verdict without advice, for the comparison. */
export function briefVerdict(text, prediction, model) {
  return article(text, prediction, model, "h3", null, []);
}

/** The verdict for screen readers, as [key, values] of a sentence. */
export function spokenVerdict(prediction) {
  const { said, advice } = wording(prediction);
  const [told, values] = isRead(prediction) ? figureSentence(prediction) : [advice, {}];
  return ["announced", { said: said[0], ...said[1], told, ...values }];
}

/** The headline as [key, values], and the key of the advice. */
function wording(prediction) {
  const { doubt, label, readers } = prediction;
  if (doubt !== null) {
    const reason = reasonOf(prediction);
    return { said: ["verdict.doubt", { reason: `reason.${reason}` }], advice: `advice.doubt.${reason}` };
  }
  const found = isMostlyNeutral(readers) ? `rather.${label}` : label;
  return { said: [`verdict.${found}`, {}], advice: `advice.${found}` };
}

function article(text, prediction, model, heading, advice, controls) {
  const tone = toneOf(prediction);
  const { name, checkpoint, version } = prediction.model;
  return element(
    "article",
    { class: "verdict", "data-tone": tone },
    element(
      "div",
      { class: "headline" },
      sign(tone),
      element("div", {}, element(heading, { class: "said", text: wording(prediction).said }), advice),
    ),
    ...(isRead(prediction) ? findings(text, prediction, model) : [plainText(text)]),
    ...controls,
    element("p", { class: "made-by soft", text: ["madeBy", { name, checkpoint, version }] }),
  );
}

function findings(text, prediction, model) {
  const { readers, explanation } = prediction;
  const scale = model ? probabilityScale(prediction, model) : null;
  const words = explanation ? shadedText(text, explanation) : [];
  return [readers ? readersFigure(readers) : scale, ...words];
}

function figureSentence(prediction) {
  const { readers } = prediction;
  return readers ? readersSentence(readers) : probabilitySentence(prediction);
}

// The verdicts of all models on one text, side by side.

import { ask } from "./api.js";
import { byId, element } from "./dom.js";
import { say } from "./language.js";
import { modelOf, models } from "./models.js";
import { patiently, showProblem } from "./problem.js";
import { toneOf } from "./tone.js";
import { briefVerdict } from "./verdict.js";

/** Controls of the section: `reset` shows another prediction, `forget` drops the last one. */
export function startComparison() {
  const button = byId("compare");
  let open = false;
  let asked;

  function show(opened) {
    open = opened;
    button.setAttribute("aria-expanded", String(open));
    say(button, open ? "compareHide" : "compareShow");
    byId("compared").hidden = !open;
    byId("agreement").hidden = !open;
    if (open && asked && !asked.started) compare(asked);
  }

  button.addEventListener("click", () => show(!open));
  show(false);
  return {
    reset(text, prediction) {
      asked = { text, prediction, started: false };
      byId("compared").replaceChildren();
      byId("agreement").replaceChildren();
      show(open);
    },
    forget() {
      asked = undefined;
    },
  };

  async function compare(comparison) {
    comparison.started = true;
    const cards = (await models()).map(({ name }) => ({ name, card: element("div", { class: "card" }) }));
    byId("compared").replaceChildren(...cards.map(({ card }) => card));
    const tones = await Promise.all(cards.map(({ name, card }) => fill(comparison, name, card)));
    if (comparison !== asked || tones.includes(undefined)) return;
    say(byId("agreement"), agreement(tones));
  }

  /** Fills one model's card. Returns its tone, or undefined if the model does not answer. */
  async function fill(comparison, name, card) {
    const { text, prediction: known } = comparison;
    const place = element("div");
    card.replaceChildren(
      place,
      element("p", { class: "soft", text: ["asking", { name }] }),
    );
    try {
      const body = { text, model: name, explain: true };
      const answered = known.model.name === name;
      const prediction = answered ? known : await patiently(place, ask("predict", body));
      card.replaceChildren(
        element("p", { class: "model-name" }, name),
        briefVerdict(text, prediction, await modelOf(prediction)),
      );
      return toneOf(prediction);
    } catch (error) {
      card.replaceChildren(element("p", { class: "model-name" }, name), place);
      showProblem(place, error, () => fill(comparison, name, card));
      return undefined;
    }
  }
}

function agreement(tones) {
  if (new Set(tones).size > 1) return "modelsDisagree";
  return tones[0] === "doubt" ? "modelsDoubt" : "modelsAgree";
}

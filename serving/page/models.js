// The served models, and the choice among them.

import { ask } from "./api.js";
import { byId, element } from "./dom.js";
import { say } from "./language.js";

// Families whose strengths the page knows.
const DESCRIBED = ["baseline", "lstm", "distilbert"];

let loaded;

/** The served models, requested once, and again after a failure. */
export function models() {
  loaded ??= ask("models").catch((error) => {
    loaded = undefined;
    throw error;
  });
  return loaded;
}

/** The model that made a prediction. If its version is new, the page requests the list again. */
export async function modelOf(prediction) {
  const made = (model) =>
    model.name === prediction.model.name && model.version === prediction.model.version;
  const found = (await models()).find(made);
  if (found) return found;
  loaded = undefined;
  return (await models()).find(made);
}

export async function offerModels() {
  const served = await models();
  const select = byId("model");
  select.replaceChildren(...served.map(option));
  select.addEventListener("change", () => describe(served));
  describe(served);
  byId("model-choice").hidden = served.length < 2;
}

/** The chosen family; undefined for the service's default. */
export function chosenModel() {
  return byId("model").value || undefined;
}

/** Chooses a family, if it is served. */
export function chooseModel(name) {
  const select = byId("model");
  if (![...select.options].some(({ value }) => value === name)) return;
  select.value = name;
  select.dispatchEvent(new Event("change"));
}

function option({ name, checkpoint, default: selected }) {
  const known = DESCRIBED.includes(name);
  const properties = known ? { text: [`model.${name}`, { name }] } : {};
  const told = known ? [] : [`${name} · ${checkpoint}`];
  return element("option", { value: name, selected, ...properties }, ...told);
}

/** Says what the chosen model is good at. */
function describe(served) {
  const name = chosenModel();
  const known = DESCRIBED.includes(name);
  byId("model-words").hidden = !known;
  const { checkpoint } = served.find((model) => model.name === name);
  if (known) say(byId("model-words"), `modelWords.${name}`, { checkpoint });
}

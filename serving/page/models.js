// The served models, and the choice among them.

import { ask } from "./api.js";
import { byId, element } from "./dom.js";

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
  byId("model").replaceChildren(
    ...served.map((model) =>
      element("option", { value: model.name, selected: model.default }, `${model.name} · ${model.checkpoint}`),
    ),
  );
  byId("model-choice").hidden = served.length < 2;
}

/** The chosen family; undefined for the service's default. */
export function chosenModel() {
  return byId("model").value || undefined;
}

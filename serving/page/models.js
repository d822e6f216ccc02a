// The models that answer: threshold, band of doubt, and the one that was chosen.

import { ask } from "./api.js";
import { byId, element } from "./dom.js";

let loaded;

/** The models served; asked for once, and again after a failure. */
export function models() {
  loaded ??= ask("models").catch((error) => {
    loaded = undefined;
    throw error;
  });
  return loaded;
}

/** The model that made a prediction; after a promotion the list is asked for anew. */
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

/** The chosen family; undefined has the service choose. */
export function chosenModel() {
  return byId("model").value || undefined;
}

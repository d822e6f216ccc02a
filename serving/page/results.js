// Results of several tweets: counts, histogram, table, download.

import { element } from "./dom.js";
import { download } from "./download.js";
import { histogram } from "./histogram.js";
import { resultTable } from "./table.js";
import { sign, toneOf } from "./tone.js";

const TONES = ["positive", "negative", "doubt"];

/**
 * Shows rows of {number, text, cells, tooLong, prediction}. `model` made the predictions. `source`
 * is the {table, index} of the file with the `cells`, or null.
 */
export function showResults(place, rows, model, source) {
  const checked = rows.filter(({ prediction }) => prediction);
  const found = Object.fromEntries(TONES.map((tone) => [tone, 0]));
  for (const { prediction } of checked) found[toneOf(prediction)] += 1;
  place.replaceChildren(
    element(
      "div",
      { class: "card summary" },
      element("h2", { text: "results" }),
      element("ul", { class: "found" }, ...TONES.map((tone) => count(tone, found[tone]))),
      model ? histogram(checked.map(({ prediction }) => prediction), model) : null,
      element("button", {
        type: "button",
        class: "quiet-button",
        text: "download",
        onclick: () => download(rows, source),
      }),
    ),
    element("div", { class: "card table" }, ...resultTable(rows)),
  );
  place.hidden = false;
}

function count(tone, number) {
  const said = element("span", { text: [`found.${tone}`, { count: number }] });
  return element("li", {}, sign(tone), said);
}

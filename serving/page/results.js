// What came of several tweets: counts, a distribution, a table, a file.

import { guarded, writeCsv } from "./csv.js";
import { element } from "./dom.js";
import { histogram } from "./histogram.js";
import { resultTable } from "./table.js";
import { sign, toneOf } from "./verdict.js";

const TONES = ["positive", "negative", "doubt"];

/** Rows are {number, text, tooLong, prediction}; `model` made the predictions. */
export function showResults(place, rows, model) {
  const checked = rows.filter(({ prediction }) => prediction);
  const found = Object.fromEntries(TONES.map((tone) => [tone, 0]));
  for (const { prediction } of checked) found[toneOf(prediction)] += 1;
  place.replaceChildren(
    element(
      "div",
      { class: "card summary" },
      element("h2", { text: "results" }),
      element("ul", { class: "found" }, ...TONES.map((tone) => count(tone, found[tone]))),
      model ? histogram(checked.map(({ prediction }) => prediction), found, model) : null,
      element("button", {
        type: "button",
        class: "quiet-button",
        text: "download",
        onclick: () => download(rows),
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

function download(rows) {
  const head = ["text", "label", "probability", "confident", "model", "version", "checkpoint"];
  const body = rows.map(({ text, prediction }) => {
    const { label, probability, confident, model } = prediction ?? { model: {} };
    const figures = [label, probability, confident, model.name, model.version, model.checkpoint];
    return [guarded(text), ...figures.map((value) => guarded(String(value ?? "")))];
  });
  const file = new Blob([writeCsv([head, ...body])], { type: "text/csv;charset=utf-8" });
  const address = URL.createObjectURL(file);
  element("a", { href: address, download: "tweets.csv" }).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

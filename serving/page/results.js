// Results of several tweets: counts, histogram, table, download.

import { guarded, writeCsv } from "./csv.js";
import { element } from "./dom.js";
import { histogram } from "./histogram.js";
import { resultTable } from "./table.js";
import { sign, toneOf } from "./tone.js";

const TONES = ["positive", "negative", "doubt"];
/** The columns of the download, each with the function that fills it. */
const COLUMNS = {
  label: ({ label }) => label,
  probability: ({ probability }) => probability,
  confident: ({ confident }) => confident,
  doubt: ({ doubt }) => doubt,
  readers_negative: ({ readers }) => readers?.negative,
  readers_neutral: ({ readers }) => readers?.neutral,
  readers_positive: ({ readers }) => readers?.positive,
  model: ({ model }) => model.name,
  version: ({ model }) => model.version,
  checkpoint: ({ model }) => model.checkpoint,
};

/** Shows rows of {number, text, tooLong, prediction}. `model` made the predictions. */
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
      model ? histogram(checked.map(({ prediction }) => prediction), model) : null,
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
  const head = ["text", ...Object.keys(COLUMNS)];
  const body = rows.map(({ text, prediction }) => {
    const figures = Object.values(COLUMNS).map((take) => (prediction ? take(prediction) : null));
    return [guarded(text), ...figures.map((value) => guarded(String(value ?? "")))];
  });
  const file = new Blob([writeCsv([head, ...body])], { type: "text/csv;charset=utf-8" });
  const address = URL.createObjectURL(file);
  element("a", { href: address, download: "tweets.csv" }).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

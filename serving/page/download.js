// The results as a CSV file: the columns of the user's file, then those of the predictions.

import { guarded, writeCsv } from "./csv.js";
import { element } from "./dom.js";
import { text } from "./language.js";
import { separatorsOfFile, separatorsOfUser } from "./separators.js";

/** The columns of the download, each with the function that fills it. */
const COLUMNS = {
  label: ({ label }) => text(label),
  probability: ({ probability }) => probability,
  confident: ({ confident }) => text(confident ? "csv.true" : "csv.false"),
  doubt: ({ doubt }) => doubt && text(`csv.doubt.${doubt}`),
  readers_negative: ({ readers }) => readers?.negative,
  readers_neutral: ({ readers }) => readers?.neutral,
  readers_positive: ({ readers }) => readers?.positive,
  model: ({ model }) => model.name,
  version: ({ model }) => model.version,
  checkpoint: ({ model }) => model.checkpoint,
};

/** Saves rows of {text, cells, prediction}. `source` is the {table, index} of a file, or null. */
export function download(rows, source) {
  const file = new Blob([csvOf(rows, source)], { type: "text/csv;charset=utf-8" });
  const address = URL.createObjectURL(file);
  element("a", { href: address, download: "tweets.csv" }).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

/** CSV with the separators of the file, else of the user, and in the language of the page. */
export function csvOf(rows, source) {
  const separators = source?.table.delimiter ? separatorsOfFile(source.table) : separatorsOfUser();
  const known = source ? headingsOf(source) : [text("csv.text")];
  const place = source?.index ?? 0;
  const added = Object.keys(COLUMNS).map((column) => unlike(text(`csv.${column}`), known));
  const body = rows.map(({ text: tweet, cells, prediction }) => [
    ...known.map((_, index) => (cells ? cells[index] : index === place && tweet) || ""),
    ...Object.values(COLUMNS).map((take) => written(prediction && take(prediction), separators)),
  ]);
  const guardedRows = [[...known, ...added], ...body].map((row) => row.map(guarded));
  return writeCsv(guardedRows, separators.delimiter);
}

/** The headings of a file. The page names the columns of a file without headings. */
function headingsOf({ table: { head, records, columns }, index: chosen }) {
  const width = records.reduce((most, { cells }) => Math.max(most, cells.length), columns.length);
  return Array.from({ length: width }, (_, index) => {
    if (head) return head[index] ?? "";
    return index === chosen ? text("csv.text") : text("columnName", { number: index + 1 });
  });
}

/** The name, with a number if the file has a column of this name. */
function unlike(name, known) {
  const taken = (one) => known.some((heading) => heading.toLowerCase() === one.toLowerCase());
  let unused = name;
  for (let number = 2; taken(unused); number += 1) unused = `${name}_${number}`;
  return unused;
}

function written(value, { decimal }) {
  return typeof value === "number" ? String(value).replace(".", decimal) : String(value ?? "");
}

// The delimiter of a CSV file, found in its first records.

import { readCsv } from "./csv.js";
import { isTextHeading } from "./headings.js";

// Of delimiters that fit equally, the first is chosen. Commas occur in numbers and sentences.
const DELIMITERS = ["\t", ";", "|", ","];
const SAMPLE_RECORDS = 100;
// Least share of records that have the most frequent number of cells.
const REGULAR = 0.7;
// The first line by which a file tells its delimiter to Excel.
const TOLD = /^\ufeff?"?sep=(.)"?[;,\t|]*(?:\r\n|\r|\n|$)/i;

/**
 * The delimiter, null if the file has one column, and the text after a line such as "sep=;".
 * `strict` finds tables with tabs or a known heading only.
 */
export function delimiterOf(text, strict) {
  const told = TOLD.exec(text);
  // The line end stays, since messages name lines of the file.
  if (told) return { delimiter: told[1], body: `\n${text.slice(told[0].length)}` };
  const body = text.replace(/^\ufeff/, "");
  const fits = DELIMITERS.map((delimiter) => fit(body, delimiter, strict));
  const best = Math.max(...fits);
  return { delimiter: best > 0 ? DELIMITERS[fits.indexOf(best)] : null, body };
}

/** 0 if the delimiter does not fit, else at most 2: regular records and a known heading. */
function fit(text, delimiter, strict) {
  const records = sample(text, delimiter);
  if (!records.length) return 0;
  const widths = Map.groupBy(records, (cells) => cells.length);
  const regular = [...widths.values()].reduce((most, one) => (one.length > most.length ? one : most));
  const headed = isHeaded(strict ? records.slice(0, 1) : records);
  const share = regular.length / records.length;
  if (headed) return 1 + share;
  if (regular[0].length < 2 || share < REGULAR || (strict && (delimiter !== "\t" || share < 1))) return 0;
  return delimiter === "\t" || !isPunctuation(regular) ? share : 0;
}

/** Whether the first of the widest records, below the title of a report, has a heading of texts. */
function isHeaded(records) {
  const wide = records.find((cells) => cells.length > 1 && cells.some(isTextHeading));
  const above = records.slice(0, records.indexOf(wide));
  return wide !== undefined && above.every((cells) => cells.length < wide.length);
}

function sample(text, delimiter) {
  try {
    return readCsv(text, delimiter, SAMPLE_RECORDS).map(({ cells }) => cells);
  } catch {
    // A quotation mark is unclosed.
    const lines = text.split(/\r\n|\r|\n/, SAMPLE_RECORDS);
    return lines.filter(Boolean).map((line) => line.split(delimiter));
  }
}

/** Whether a blank and a letter follow every delimiter, as in sentences. */
function isPunctuation(records) {
  return records.every((cells) => cells.slice(1).every((cell) => /^\s+\p{L}/u.test(cell)));
}

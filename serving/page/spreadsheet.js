// The table of a file: its heading, records, columns, and the column with the tweets.

import { cellKind, columnKind, DATA_KINDS } from "./cell_kind.js";
import { readCsv } from "./csv.js";
import { delimiterOf } from "./delimiter.js";
import { FileProblem } from "./file_problem.js";
import { headingWeight, isDataHeading, isTextHeading } from "./headings.js";

const PLAIN_TEXT = /\.(?:txt|text|md|log)$/i;
// Lines above the heading, such as the title of a report.
const MOST_LINES_ABOVE = 20;
const MOST_HEADING_WORDS = 6;
const SAMPLE_RECORDS = 200;
// Least weight of a heading that says "text" or "message", also above texts of one word.
const SURE = 12;
const LINE_END = /\r\n|\r|\n/;

/**
 * The table of a text. A line of a file without delimiters is one cell.
 *
 * `head` has the headings, or is null; `records` have {cells, line}. `columns` have {index, name,
 * kind, weight}; `name` is null without headings. `chosen` is the column with the tweets, or null
 * if the user must choose among `offered`. `delimiter` is null without delimiters. Throws a
 * FileProblem.
 */
export function readTable(text, name) {
  const { delimiter, body } = delimiterOf(text, PLAIN_TEXT.test(name));
  const all = delimiter || !PLAIN_TEXT.test(name) ? readCsv(body, delimiter ?? "\0") : linesOf(body);
  if (!all.length) throw new FileProblem("fileEmpty");
  const at = headingAt(all.map(({ cells }) => cells));
  const head = at < 0 ? null : all[at].cells.map((cell) => cell.trim());
  const records = all.slice(at + 1);
  if (!records.length) throw new FileProblem("fileNoRows");
  const width = head?.length ?? Math.max(...records.slice(0, SAMPLE_RECORDS).map(({ cells }) => cells.length));
  const columns = Array.from({ length: width }, (_, index) => columnOf(head, records, index));
  refuseSwallowed(records, columns, delimiter);
  return { head, records, columns, delimiter, ...choose(columns) };
}

/** The texts of a column, one a record. */
export function textsOf({ head, records, columns, delimiter }, index) {
  for (const { cells } of records) {
    const more = cells.length - columns.length;
    // A text with an unquoted delimiter has become several cells.
    if (head && cells.slice(columns.length).some((cell) => cell.trim())) {
      cells.splice(index, more + 1, cells.slice(index, index + more + 1).join(delimiter));
    }
  }
  return records.map(({ cells }) => cells[index] ?? "");
}

function linesOf(text) {
  const lines = text.split(LINE_END).map((content, index) => ({ cells: [content], line: index + 1 }));
  return lines.filter(({ cells }) => cells[0].trim());
}

function columnOf(head, records, index) {
  const name = head?.[index] || null;
  const cells = records.map((record) => record.cells[index] ?? "");
  return { index, name, kind: columnKind(cells), weight: headingWeight(name ?? "") };
}

/** The index of the record with the headings, or -1. */
function headingAt(rows) {
  const filled = (cells) => cells.filter((cell) => cell.trim()).length;
  const top = rows.slice(0, MOST_LINES_ABOVE);
  // The title of a report has one cell, its table has more.
  const least = Math.max(...top.map(filled)) > 2 ? 2 : 1;
  let widest = 0;
  for (const [index, cells] of top.entries()) {
    if (filled(cells) >= least && filled(cells) > widest && isNamed(cells)) return index;
    widest = Math.max(widest, filled(cells));
  }
  return isAboveData(rows) || isCounted(rows[0]) ? 0 : -1;
}

/** Whether a row has known headings, and no cell that is no heading. */
function isNamed(cells) {
  if (cells.some((cell) => isValue(cell) || cell.split(/\s+/).length > MOST_HEADING_WORDS)) return false;
  if (cells.some(isTextHeading)) return true;
  const data = cells.filter(isDataHeading);
  if (data.length > 1 || data.some((cell) => /\p{L}[\s_-]\p{L}|\p{Ll}\p{Lu}/u.test(cell))) return true;
  return data.length > 0 && cells.some((cell) => headingWeight(cell.trim()) > 0);
}

/** Whether words stand above a column of numbers, dates, links or ids. */
function isAboveData([first, ...rest]) {
  if (!rest.length || first.some(isValue)) return false;
  return first.some((cell, index) => {
    const below = columnKind(rest.slice(0, SAMPLE_RECORDS).map((cells) => cells[index] ?? ""));
    return /\p{L}/u.test(cell) && below !== "empty" && DATA_KINDS.has(below);
  });
}

/** Whether a row is the heading of a data frame whose columns have numbers for names. */
function isCounted([first, ...rest]) {
  return !first.trim() && rest.length > 0 && rest.every((cell, index) => cell === String(index));
}

/** Whether a cell is a value and no heading. A heading may have a digit, such as "text_2". */
function isValue(cell) {
  const kind = cellKind(cell);
  if (kind === "id") return /\d{3}/.test(cell);
  return kind !== "empty" && DATA_KINDS.has(kind);
}

/** Throws a FileProblem if a cell has a whole record in it, as after a stray quotation mark. */
function refuseSwallowed(records, columns, delimiter) {
  const [{ kind }] = columns;
  if (columns.length < 2 || !DATA_KINDS.has(kind)) return;
  for (const { cells, line } of records) {
    const inner = cells.flatMap((cell) => (/[\r\n]/.test(cell) ? cell.split(LINE_END).slice(1) : []));
    const swallowed = inner.some((content) => {
      const parts = content.split(delimiter);
      return parts.length >= columns.length && cellKind(parts[0]) === kind && !/^\s/.test(parts[1]);
    });
    if (swallowed) throw new FileProblem("fileUnclosed", { line });
  }
}

/** The column with the tweets, or null and the columns among which the user chooses. */
function choose(columns) {
  const possible = columns.filter(({ kind }) => !DATA_KINDS.has(kind));
  const [only] = columns;
  if (columns.length === 1 && possible.length && (only.kind !== "name" || only.weight > 0)) {
    return { chosen: only, offered: [] };
  }
  const named = possible.filter(({ weight, kind }) => weight >= SURE || (weight > 0 && kind === "text"));
  const best = Math.max(...named.map(({ weight }) => weight));
  const groups = [
    named.filter(({ weight }) => weight === best),
    possible.filter(({ weight, kind }) => weight >= 0 && kind === "text"),
  ];
  for (const group of groups) {
    const texts = group.filter(({ kind }) => kind === "text");
    const [first] = texts.length ? texts : group;
    if (texts.length === 1 || group.length === 1) return { chosen: first, offered: [] };
    if (group.length) return { chosen: null, offered: group };
  }
  const filled = columns.filter(({ kind }) => kind !== "empty");
  return { chosen: null, offered: possible.length ? possible : filled };
}

// CSV (RFC 4180): reading of exported files, and writing without formulas.

import { FileProblem } from "./file_problem.js";

const FORMULA = /^[\s\p{Cf}]*[=+\-@\uff1d\uff0b\uff0d\uff20]/u;
const NUMBER = /^\s*[-+]?\d[\d\s.,]*(?:e[-+]?\d+)?\s*%?\s*$/i;
const DASHES = /^[-+\s]*$/;
const LINE_END = /\r\n|\r|\n/g;

/**
 * The records of a CSV as {cells, line}, without empty records. `line` is the record's first line.
 * A quotation mark is text, unless it opens a cell and another one closes the cell. At most `most`
 * records are read. Throws a FileProblem if a cell is opened and never closed.
 */
export function readCsv(text, delimiter, most = Infinity) {
  const plain = new RegExp(`[^\\r\\n\\u{${delimiter.codePointAt(0).toString(16)}}]*`, "uy");
  let escapes;
  const escaped = () => (escapes ??= hasEscapes(text));
  const records = [];
  let cells = [];
  let line = 1;
  let first = 1;
  let at = 0;
  while (at < text.length && records.length < most) {
    const quoted = quotedCell(text, at, delimiter, escaped, line);
    if (quoted) {
      cells.push(quoted.content);
      line += quoted.content.match(LINE_END)?.length ?? 0;
      at = quoted.end;
    } else {
      plain.lastIndex = at;
      const [content] = plain.exec(text);
      cells.push(content);
      at += content.length;
    }
    if (text[at] === delimiter) {
      at += 1;
      if (at < text.length) continue;
      cells.push("");
    }
    if (cells.some((content) => content.trim())) records.push({ cells, line: first });
    at += text[at] === "\r" && text[at + 1] === "\n" ? 2 : 1;
    cells = [];
    line += 1;
    first = line;
  }
  return records;
}

/** The quoted cell at a position as {content, end}, or null if the cell is not quoted. */
function quotedCell(text, start, delimiter, escaped, line) {
  let open = start;
  while (text[open] === " ") open += 1;
  if (text[open] !== '"') return null;
  const close = closingMark(text, open, escaped);
  if (close < 0) throw new FileProblem("fileUnclosed", { line });
  let end = close + 1;
  while (text[end] === " ") end += 1;
  const next = text[end];
  if (next !== undefined && next !== delimiter && next !== "\r" && next !== "\n") return null;
  const inner = text.slice(open + 1, close);
  if (!inner.includes('"')) return { content: inner, end };
  const escape = inner.includes('\\"') && escaped() ? '\\"' : '""';
  return { content: inner.replaceAll(escape, '"'), end };
}

/** The position of the quotation mark that closes a cell, or -1. */
function closingMark(text, open, escaped) {
  let at = text.indexOf('"', open + 1);
  while (at >= 0) {
    const doubled = text[at + 1] === '"';
    if (!doubled && !(text[at - 1] === "\\" && escaped())) return at;
    at = text.indexOf('"', at + (doubled ? 2 : 1));
  }
  return -1;
}

/** Whether the file writes \" for a quotation mark within a cell, as Spark and MySQL do. */
function hasEscapes(text) {
  return /\\"[^",;|\t\r\n]/.test(text) && !/[^",;|\t\r\n]""[^",;|\t\r\n]/.test(text);
}

/** CSV of rows of strings, with the byte order mark that spreadsheets need for UTF-8. */
export function writeCsv(rows, delimiter) {
  return `\ufeff${rows.map((row) => row.map(cellOf).join(delimiter)).join("\r\n")}\r\n`;
}

/** Adds an apostrophe before a text that a spreadsheet would run (OWASP, CSV injection). */
export function guarded(text) {
  return FORMULA.test(text) && !NUMBER.test(text) && !DASHES.test(text) ? `'${text}` : text;
}

/** The text of a cell without the apostrophe of an earlier download. */
export function unguarded(text) {
  return text.startsWith("'") && guarded(text.slice(1)) === text ? text.slice(1) : text;
}

function cellOf(text) {
  return `"${text.replaceAll('"', '""')}"`;
}

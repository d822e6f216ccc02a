// CSV (RFC 4180): reading of exported files, and writing without formulas.

const DELIMITERS = [",", ";", "\t"];
const TEXT_COLUMN = /^(text|tweet|texte|content|contenu|message|full_text|body)$/i;
const FORMULA = /^[\s\p{Cf}]*[=+\-@\uff1d\uff0b\uff0d\uff20]/u;

/** Rows of cells. The delimiter is the most frequent one of the first line. */
export function readCsv(text) {
  const first = text.slice(0, text.search(/\r|\n|$/));
  const times = (delimiter) => first.split(delimiter).length;
  const delimiter = DELIMITERS.reduce((best, one) => (times(one) > times(best) ? one : best));
  const rows = [];
  let row = [];
  let cell = "";
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (quoted) {
      if (character !== '"') cell += character;
      else if (text[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else quoted = false;
    } else if (character === '"' && cell === "") quoted = true;
    else if (character === delimiter) {
      row.push(cell);
      cell = "";
    } else if (character === "\n" || character === "\r") {
      if (character === "\r" && text[at + 1] === "\n") at += 1;
      rows.push([...row, cell]);
      row = [];
      cell = "";
    } else cell += character;
  }
  if (cell || row.length) rows.push([...row, cell]);
  return rows.filter((cells) => cells.some((content) => content.trim()));
}

/**
 * The table's columns as {name, texts}, and the index of the column with the tweets: the one with a
 * known heading, else the one with the longest texts. Without headings every name is null.
 */
export function columnsOf(rows) {
  const width = Math.max(...rows.map((row) => row.length));
  const headed = rows[0].some((name) => TEXT_COLUMN.test(name.trim()));
  const body = headed ? rows.slice(1) : rows;
  const columns = Array.from({ length: width }, (_, index) => ({
    name: headed ? (rows[0][index] ?? "").trim() : null,
    texts: body.map((row) => (row[index] ?? "").trim()).filter(Boolean),
  }));
  const named = columns.findIndex(({ name }) => name && TEXT_COLUMN.test(name));
  const letters = columns.map(({ texts }) => texts.reduce((sum, text) => sum + text.length, 0));
  return { columns, chosen: named >= 0 ? named : letters.indexOf(Math.max(...letters)) };
}

/** CSV of rows of strings, with the byte order mark that spreadsheets need for UTF-8. */
export function writeCsv(rows) {
  return `\ufeff${rows.map((row) => row.map(cellOf).join(",")).join("\r\n")}\r\n`;
}

/** Adds an apostrophe before a text that a spreadsheet would run (OWASP, CSV injection). */
export function guarded(text) {
  return FORMULA.test(text) ? `'${text}` : text;
}

function cellOf(text) {
  return `"${text.replaceAll('"', '""')}"`;
}

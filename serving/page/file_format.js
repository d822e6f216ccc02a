// Formats that are no CSV, found by their first bytes or signs, not by the name of the file.

import { FileProblem } from "./file_problem.js";

const ZIP = [0x50, 0x4b];
const OLE = [0xd0, 0xcf, 0x11, 0xe0];
// The names of the entries of a ZIP archive are in its local headers and at its end.
const HEAD_BYTES = 4_096;
const TAIL_BYTES = 65_536;
const ENTRIES = [
  ["fileExcel", /xl\/|workbook\./i],
  ["fileCalc", /opendocument\.spreadsheet/i],
  ["fileNumbers", /\.iwa/i],
];
const SUFFIXES = [
  ["fileExcel", /\.xl\w+$/i],
  ["fileCalc", /\.f?ods$/i],
  ["fileNumbers", /\.numbers$/i],
];
const MARKUP = /^\s*<(?:!doctype|\?xml|html|head|body|meta|table|workbook)\b/i;
const JSON_START = /^\s*(?:window\.YTD\.|[[{]\s*["{}\]])/;

/** Throws a FileProblem if the bytes are a workbook or an archive. */
export function refuseWorkbook(bytes, name) {
  const begins = (magic) => magic.every((byte, index) => bytes[index] === byte);
  if (begins(OLE)) throw new FileProblem("fileExcel");
  if (!begins(ZIP) || bytes[2] > 8 || bytes[3] > 8) return;
  const entries = [bytes.subarray(0, HEAD_BYTES), bytes.subarray(-TAIL_BYTES)]
    .map((part) => new TextDecoder("latin1").decode(part))
    .join("");
  const found = ENTRIES.find(([, sign]) => sign.test(entries));
  const named = SUFFIXES.find(([, suffix]) => suffix.test(name));
  throw new FileProblem((found ?? named ?? ["fileZip"])[0]);
}

/** Throws a FileProblem if the text is empty, a web page, XML, or JSON. */
export function refuseOtherText(text) {
  if (!/[^\s,;|"]/.test(text)) throw new FileProblem("fileEmpty");
  if (MARKUP.test(text)) throw new FileProblem("fileMarkup");
  if (JSON_START.test(text)) throw new FileProblem("fileJson");
}

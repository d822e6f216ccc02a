// The text of a file's bytes: byte order mark first, then UTF-8, then an older encoding.

import { FileProblem } from "./file_problem.js";

const MARKS = [
  ["utf-8", [0xef, 0xbb, 0xbf]],
  ["utf-16le", [0xff, 0xfe]],
  ["utf-16be", [0xfe, 0xff]],
];
const SAMPLE_BYTES = 4_096;
const REPLACEMENT = /\ufffd/g;
const NOT_ASCII = /[^\0-\x7f\ufffd]/g;
// Letters and signs of English and French, which a wrong encoding turns into other signs.
const USUAL = /[éèêëàâäçîïôöùûüœÉÈÀÇ‘’“”–—…«»€£°]/g;

/** Throws a FileProblem if the bytes are no text. */
export function decode(bytes) {
  const text = new TextDecoder(encodingOf(bytes)).decode(bytes);
  if (text.includes("\0")) throw new FileProblem("fileBinary");
  return text;
}

function encodingOf(bytes) {
  const marked = MARKS.find(([, mark]) => mark.every((byte, index) => bytes[index] === byte));
  return marked?.[0] ?? unmarkedUtf16(bytes) ?? (isUtf8(bytes) ? "utf-8" : olderEncoding(bytes));
}

/** In UTF-16 nearly every second byte of a Western text is 0. */
function unmarkedUtf16(bytes) {
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  const zeros = [0, 0];
  sample.forEach((byte, index) => {
    if (byte === 0) zeros[index % 2] += 1;
  });
  const mostly = (count) => count > sample.length * 0.3;
  if (mostly(zeros[1]) && !zeros[0]) return "utf-16le";
  if (mostly(zeros[0]) && !zeros[1]) return "utf-16be";
  return null;
}

/** A file that was cut off within a letter is UTF-8 too. */
function isUtf8(bytes) {
  const text = new TextDecoder("utf-8").decode(bytes);
  const wrong = count(text, REPLACEMENT);
  return wrong === 0 || wrong < count(text, NOT_ASCII);
}

function olderEncoding(bytes) {
  const usual = (name) => count(new TextDecoder(name).decode(bytes), USUAL);
  return usual("macintosh") > usual("windows-1252") ? "macintosh" : "windows-1252";
}

function count(text, pattern) {
  return text.match(pattern)?.length ?? 0;
}

// From a file to its table: size, format, encoding, records.

import { decode } from "./encoding.js";
import { refuseOtherText, refuseWorkbook } from "./file_format.js";
import { FileProblem } from "./file_problem.js";
import { readTable } from "./spreadsheet.js";

const MEGABYTE = 1_000_000;
const MOST_MEGABYTES = 20;

/** The table of a file, as readTable returns it. Throws a FileProblem. */
export async function readFile(file) {
  if (file.size > MOST_MEGABYTES * MEGABYTE) {
    const size = Math.ceil(file.size / MEGABYTE);
    throw new FileProblem("fileTooLarge", { size, most: MOST_MEGABYTES });
  }
  let buffer;
  try {
    buffer = await file.arrayBuffer();
  } catch {
    throw new FileProblem("fileGone");
  }
  const bytes = new Uint8Array(buffer);
  refuseWorkbook(bytes, file.name);
  const text = decode(bytes);
  refuseOtherText(text);
  return readTable(text, file.name);
}

// The file whose tweets are in the list: its reading, its column, and the records of its tweets.

import { closeColumns, offerColumns, showColumns } from "./columns.js";
import { unguarded } from "./csv.js";
import { announce, byId, element } from "./dom.js";
import { changeText } from "./draft.js";
import { FileProblem } from "./file_problem.js";
import { readFile } from "./file_reading.js";
import { textsOf } from "./spreadsheet.js";

/**
 * Lets a field take files. The tweets of a file replace those of the file before, below the typed
 * ones. Returns `source`, the {table, index} of the tweets or null, `cellsOf`, the cells of each
 * line's record or null, and `forget`.
 */
export function takeFiles(field) {
  const drop = byId("drop");
  const input = byId("file");
  let latest = 0;
  let source = null;
  let rows = [];

  input.addEventListener("change", () => {
    if (input.files.length) read([...input.files]);
    input.value = "";
  });
  for (const type of ["dragenter", "dragover"]) {
    drop.addEventListener(type, (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
  }
  drop.addEventListener("dragleave", (event) => {
    if (!drop.contains(event.relatedTarget)) drop.classList.remove("over");
  });
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    const dropped = event.dataTransfer;
    if (dropped.files.length) read([...dropped.files]);
    else changeText(field, above(field.value) + dropped.getData("text/plain"));
  });
  field.addEventListener("input", (event) => {
    if (event.isTrusted && source && cellsOf(lines(field.value)).every((cells) => !cells)) forget();
  });
  return { source: () => source, cellsOf, forget };

  async function read(files) {
    latest += 1;
    const turn = latest;
    byId("file-problem").replaceChildren();
    try {
      if (files.length > 1) throw new FileProblem("fileSeveral");
      const table = await readFile(files[0]);
      if (turn === latest) adopt(table, files[0].name);
    } catch (error) {
      if (!(error instanceof FileProblem)) throw error;
      if (turn === latest) showFileProblem(error, files[0].name);
    }
  }

  function adopt(table, name) {
    const use = (index) => fill(table, index, name);
    changeText(field, typed());
    forget();
    if (table.chosen) use(table.chosen.index);
    else offerColumns(table, use);
  }

  function fill(table, index, name) {
    const before = typed();
    const texts = textsOf(table, index).map(lineOf);
    rows = texts.map((line, at) => ({ line, cells: table.records[at].cells }));
    rows = rows.filter(({ line }) => line);
    source = { table, index };
    changeText(field, above(before) + rows.map(({ line }) => line).join("\n"));
    showColumns(table, index, (other) => fill(table, other, name));
    tellRead(name, rows.length, texts.length - rows.length);
  }

  function typed() {
    if (!source) return field.value;
    const all = lines(field.value);
    const cells = cellsOf(all);
    return all.filter((_, at) => !cells[at]).join("\n");
  }

  /** Typed lines are above those of the file, so equal texts are found from below. */
  function cellsOf(texts) {
    const left = Map.groupBy(rows, ({ line }) => line);
    const found = texts.toReversed().map((text) => left.get(text)?.pop()?.cells ?? null);
    return found.toReversed();
  }

  function forget() {
    source = null;
    rows = [];
    closeColumns();
    byId("file-read").hidden = true;
    byId("file-problem").replaceChildren();
  }
}

export function lines(text) {
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim())
    .filter(Boolean);
}

function showFileProblem({ key, values }, name) {
  const sentence = element("span", { text: [key, values] });
  byId("file-problem").replaceChildren(
    element(
      "div",
      { class: "problem", role: "alert" },
      element("p", {}, element("strong", {}, name), element("br"), sentence),
    ),
  );
}

function tellRead(name, count, blank) {
  const told = byId("file-read");
  told.replaceChildren(element("span", { text: ["fileRead", { name, count }] }));
  if (blank) told.append(" ", element("span", { text: ["fileBlank", { count: blank }] }));
  told.hidden = false;
  announce("fileRead", { name, count });
}

/** A text as a line of the list. */
function lineOf(text) {
  return unguarded(text.trim()).replace(/\s*[\r\n]+\s*/g, " ");
}

function above(text) {
  return text.trim() ? `${text.trimEnd()}\n` : "";
}

// Reading of a CSV or text file that the user chooses or drops.

import { columnsOf, readCsv } from "./csv.js";
import { byId, element } from "./dom.js";
import { changeText } from "./draft.js";

const SEPARATED = /\.(csv|tsv)$/i;

/** Lets a field take files. The tweets of a file are added below the typed ones. */
export function takeFiles(field) {
  const drop = byId("drop");
  const input = byId("file");
  const choice = byId("column");
  let typed = "";
  let columns = [];

  input.addEventListener("change", () => {
    if (input.files.length) read(input.files[0]);
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
    if (dropped.files.length) read(dropped.files[0]);
    else changeText(field, above(field.value) + dropped.getData("text/plain"));
  });
  choice.addEventListener("change", () => fill(Number(choice.value)));
  // After an edit, the choice of another column would discard it.
  field.addEventListener("input", (event) => {
    if (event.isTrusted) byId("column-choice").hidden = true;
  });

  async function read(file) {
    const problem = byId("file-problem");
    problem.replaceChildren();
    const content = decode(await file.arrayBuffer());
    if (content === null) {
      const sentence = element("p", { text: "fileUnreadable" });
      problem.replaceChildren(element("div", { class: "problem", role: "alert" }, sentence));
      return;
    }
    typed = field.value;
    const rows = SEPARATED.test(file.name) ? readCsv(content) : lines(content).map((line) => [line]);
    if (!rows.length) return;
    const table = columnsOf(rows);
    columns = table.columns;
    choice.replaceChildren(
      ...columns.map(({ name }, index) =>
        name
          ? element("option", { value: index }, name)
          : element("option", { value: index, text: ["columnName", { number: index + 1 }] }),
      ),
    );
    choice.value = String(table.chosen);
    byId("column-choice").hidden = columns.length < 2;
    fill(table.chosen);
  }

  function fill(index) {
    const texts = columns[index].texts.map((text) => text.replace(/\s*[\r\n]+\s*/g, " "));
    changeText(field, above(typed) + texts.join("\n"));
  }
}

export function lines(text) {
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim())
    .filter(Boolean);
}

function above(text) {
  return text.trim() ? `${text.trimEnd()}\n` : "";
}

/** The text of a file in UTF-8 or Windows-1252; null if it is not text. */
function decode(buffer) {
  let text;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(buffer);
  } catch {
    text = new TextDecoder("windows-1252").decode(buffer);
  }
  return text.includes("\0") ? null : text;
}

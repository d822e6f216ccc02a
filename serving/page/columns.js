// The choice of the column with the tweets: among previews if it is unclear, else in a list.

import { byId, element } from "./dom.js";

const SHOWN_ROWS = 3;

/** Shows the first texts of each column that may have the tweets. `choose` takes an index. */
export function offerColumns(table, choose) {
  const known = table.offered.some(({ kind }) => kind === "text");
  const preview = byId("column-preview");
  const question = known ? "columnQuestion" : "columnQuestionNone";
  preview.replaceChildren(
    element("h2", { id: "column-question", text: question }),
    element("ul", {}, ...table.offered.map((column) => candidate(table, column, choose))),
  );
  preview.hidden = false;
  preview.focus();
}

/** Lists all columns, with the chosen one selected. */
export function showColumns({ columns }, index, choose) {
  const list = byId("column");
  list.replaceChildren(
    ...columns.map((column) => title("option", { value: column.index }, column, columns)),
  );
  list.value = String(index);
  list.onchange = () => choose(Number(list.value));
  byId("column-preview").hidden = true;
  byId("column-choice").hidden = columns.length < 2;
}

export function closeColumns() {
  byId("column-preview").hidden = true;
  byId("column-choice").hidden = true;
}

function candidate({ columns, records }, column, choose) {
  const texts = records.map(({ cells }) => cells[column.index]?.trim()).filter(Boolean);
  const rows = texts.slice(0, SHOWN_ROWS).map((text) => element("li", { dir: "auto" }, text));
  const name = `candidate-${column.index}`;
  const use = `use-${column.index}`;
  return element(
    "li",
    { class: "candidate" },
    title("h3", { id: name, dir: "auto" }, column, columns),
    element("ul", { class: "soft small", id: `rows-${column.index}` }, ...rows),
    element("button", {
      type: "button",
      class: "quiet-button",
      id: use,
      text: "useColumn",
      "aria-labelledby": `${use} ${name}`,
      "aria-describedby": `rows-${column.index}`,
      onclick: () => {
        choose(column.index);
        byId("check-several").focus();
      },
    }),
  );
}

/** An element with the column's name, which has its number if other columns have the same name. */
function title(tag, properties, { index, name }, columns) {
  const number = index + 1;
  if (!name) return element(tag, { ...properties, text: ["columnName", { number }] });
  const unique = columns.filter((column) => column.name === name).length === 1;
  if (unique) return element(tag, properties, name);
  return element(tag, { ...properties, text: ["columnNamed", { name, number }] });
}

// The tab for several tweets, which are sent in batches. The user can cancel and continue.

import { ask } from "./api.js";
import { characters, LONGEST } from "./counter.js";
import { announce, byId, element } from "./dom.js";
import { changeText, keepDraft } from "./draft.js";
import { lines, takeFiles } from "./file.js";
import { say } from "./language.js";
import { chosenModel, modelOf } from "./models.js";
import { clearProblem, patiently, showProblem } from "./problem.js";
import { showResults } from "./results.js";

const BATCH = 64;

let running;
/** The {rows, model, source, list} of the check whose results are shown or awaited. */
let current;
let files;

export function startSeveral() {
  const field = byId("texts");
  field.addEventListener("input", () => {
    say(byId("several-count"), "severalCount", { count: lines(field.value).length });
    markOutdated();
  });
  byId("model").addEventListener("change", markOutdated);
  byId("several-form").addEventListener("submit", (event) => {
    event.preventDefault();
    begin(lines(field.value));
  });
  byId("cancel").addEventListener("click", () => running?.abort());
  byId("clear").addEventListener("click", clear);
  files = takeFiles(field);
  keepDraft(field);
  say(byId("several-count"), "severalCount", { count: lines(field.value).length });
}

function begin(texts) {
  const place = byId("several-problem");
  forgetResults();
  if (!texts.length) {
    const unclear = !byId("column-preview").hidden;
    const sentence = element("p", { text: unclear ? "columnFirst" : "nothingTyped" });
    place.replaceChildren(element("div", { class: "problem", role: "alert" }, sentence));
    byId(unclear ? "column-preview" : "texts").focus();
    return;
  }
  const records = files.cellsOf(texts);
  const rows = texts.map((line, index) => {
    const text = line.toWellFormed();
    const tooLong = characters(text) > LONGEST;
    return { number: index + 1, text, cells: records[index], tooLong, prediction: null };
  });
  current = { rows, model: chosenModel(), source: files.source(), list: texts.join("\n") };
  goOn(current);
}

function clear() {
  forgetResults();
  files.forget();
  changeText(byId("texts"), "");
  byId("texts").focus();
}

function forgetResults() {
  running?.abort();
  running = undefined;
  current = undefined;
  clearProblem(byId("several-problem"));
  byId("several-progress").hidden = true;
  byId("several-results").replaceChildren();
  byId("several-results").hidden = true;
  markOutdated();
}

/** Says so if the shown results are those of another list or model. */
function markOutdated() {
  const list = lines(byId("texts").value).join("\n");
  const same = !current || (current.list === list && current.model === chosenModel());
  const place = byId("several-outdated");
  if (same) place.replaceChildren();
  else if (!place.children.length) {
    place.append(element("div", { class: "problem" }, element("p", { text: "listChanged" })));
  }
}

/** Checks the rows that have no prediction yet. */
async function goOn(check) {
  const { rows, model } = check;
  const place = byId("several-problem");
  running = new AbortController();
  const { signal } = running;
  byId("several-progress").hidden = false;
  byId("cancel").hidden = false;
  try {
    for (let waiting = unchecked(rows); waiting.length; waiting = unchecked(rows)) {
      progress(rows, "progress");
      const batch = waiting.slice(0, BATCH);
      const body = { texts: batch.map(({ text }) => text), model };
      const { predictions } = await patiently(place, ask("predict_batch", body, signal));
      batch.forEach((row, index) => {
        row.prediction = predictions[index];
      });
    }
    byId("several-progress").hidden = true;
    announce("progress", counts(rows));
  } catch (error) {
    if (signal !== running?.signal) return;
    byId("cancel").hidden = true;
    progress(rows, "progressStopped");
    showProblem(place, error, () => goOn(check));
    if (signal.aborted) offerToGoOn(place, () => goOn(check));
  }
  await show(check);
}

async function show(check) {
  const checked = check.rows.find(({ prediction }) => prediction);
  if (!checked) return;
  const model = await modelOf(checked.prediction);
  if (check === current) showResults(byId("several-results"), check.rows, model, check.source);
}

function unchecked(rows) {
  return rows.filter(({ prediction, tooLong }) => !prediction && !tooLong);
}

function counts(rows) {
  const total = rows.filter(({ tooLong }) => !tooLong).length;
  return { done: total - unchecked(rows).length, total };
}

function progress(rows, key) {
  const { done, total } = counts(rows);
  const bar = byId("progress");
  bar.max = total;
  bar.value = done;
  say(byId("progress-text"), key, { done, total });
}

function offerToGoOn(place, act) {
  const button = element("button", {
    type: "button",
    class: "quiet-button",
    text: "goOn",
    onclick: () => {
      clearProblem(place);
      act();
    },
  });
  place.replaceChildren(button);
  button.focus();
}

// The tab for several tweets, which are sent in batches. The user can cancel and continue.

import { ask } from "./api.js";
import { characters, LONGEST } from "./counter.js";
import { announce, byId, element } from "./dom.js";
import { keepDraft } from "./draft.js";
import { lines, takeFiles } from "./file.js";
import { say } from "./language.js";
import { chosenModel, modelOf } from "./models.js";
import { clearProblem, patiently, showProblem } from "./problem.js";
import { showResults } from "./results.js";

const BATCH = 64;

let running;

export function startSeveral() {
  const field = byId("texts");
  field.addEventListener("input", () => {
    say(byId("several-count"), "severalCount", { count: lines(field.value).length });
  });
  byId("several-form").addEventListener("submit", (event) => {
    event.preventDefault();
    begin(lines(field.value));
  });
  byId("cancel").addEventListener("click", () => running?.abort());
  takeFiles(field);
  keepDraft(field);
  say(byId("several-count"), "severalCount", { count: lines(field.value).length });
}

function begin(texts) {
  const place = byId("several-problem");
  running?.abort();
  running = undefined;
  clearProblem(place);
  byId("several-results").hidden = true;
  if (!texts.length) {
    place.replaceChildren(
      element("div", { class: "problem", role: "alert" }, element("p", { text: "nothingTyped" })),
    );
    byId("texts").focus();
    return;
  }
  const rows = texts.map((line, index) => {
    const text = line.toWellFormed();
    return { number: index + 1, text, tooLong: characters(text) > LONGEST, prediction: null };
  });
  goOn(rows, chosenModel());
}

/** Checks the rows that have no prediction yet. */
async function goOn(rows, model) {
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
    showProblem(place, error, () => goOn(rows, model));
    if (signal.aborted) offerToGoOn(place, () => goOn(rows, model));
  }
  await show(rows);
}

async function show(rows) {
  const checked = rows.find(({ prediction }) => prediction);
  if (!checked) return;
  showResults(byId("several-results"), rows, await modelOf(checked.prediction));
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

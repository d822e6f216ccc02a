// A check of the typed tweet: the request, its problems, and the verdict.

import { clearAnswer, revealAnswer, showAnswer, shownCheck } from "./answer.js";
import { ask } from "./api.js";
import { characters, LONGEST } from "./counter.js";
import { byId, element } from "./dom.js";
import { say } from "./language.js";
import { chooseModel, chosenModel } from "./models.js";
import { goTo, place, replacePlace } from "./navigation.js";
import { clearProblem, patiently, showProblem } from "./problem.js";
import { remember } from "./recent_checks.js";

let running = new AbortController();

/** The text that would be checked now. */
export function typedText() {
  return byId("text").value.trim().toWellFormed();
}

export async function checkTyped() {
  const text = typedText();
  const trouble = byId("one-problem");
  const { signal } = restart();
  if (!text || characters(text) > LONGEST) {
    const key = text ? "tooLong" : "nothingTyped";
    const values = { count: characters(text), most: LONGEST };
    trouble.replaceChildren(
      element("div", { class: "problem", role: "alert" }, element("p", { text: [key, values] })),
    );
    byId("text").focus();
    return;
  }
  showBusy(true);
  try {
    const body = { text, model: chosenModel(), explain: true };
    const prediction = await patiently(trouble, ask("predict", body, signal));
    const check = remember(text, prediction);
    if (place().check === null) replacePlace({ check: check.id });
    else goTo({ check: check.id });
    await showAnswer(check, signal);
    if (!signal.aborted) revealAnswer();
  } catch (error) {
    if (signal.aborted) return;
    // The shown verdict is on another text.
    if (text !== shownCheck()?.text) clearAnswer();
    showProblem(trouble, error, checkTyped);
  } finally {
    if (!signal.aborted) showBusy(false);
  }
}

/** Shows an earlier check, without another request for its prediction. */
export async function showCheck(check) {
  const { signal } = restart();
  chooseModel(check.prediction.model.name);
  try {
    await showAnswer(check, signal);
  } catch (error) {
    if (!signal.aborted) showProblem(byId("one-problem"), error, () => showCheck(check));
  }
}

/** Cancels the running check. */
export function cancelCheck() {
  restart();
}

function restart() {
  running.abort();
  running = new AbortController();
  clearProblem(byId("one-problem"));
  showBusy(false);
  return running;
}

function showBusy(busy) {
  say(byId("check"), busy ? "checking" : "check");
  byId("answer").setAttribute("aria-busy", String(busy));
}

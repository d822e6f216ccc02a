// The tab for one tweet: input, verdict, feedback.

import { ask } from "./api.js";
import { startComparison } from "./comparison.js";
import { characters, LONGEST, TWEET, tweetLength } from "./counter.js";
import { announce, byId, element } from "./dom.js";
import { isRead } from "./doubt.js";
import { changeText, keepDraft } from "./draft.js";
import { showFeedback } from "./feedback.js";
import { say } from "./language.js";
import { chosenModel, modelOf, models } from "./models.js";
import { clearProblem, patiently, showProblem } from "./problem.js";
import { openTab } from "./tabs.js";
import { spokenVerdict, verdict } from "./verdict.js";
import { shadingSwitch } from "./words.js";

let running;
let shown;
let comparison;

export function startOne() {
  const field = byId("text");
  comparison = startComparison();
  field.addEventListener("input", count);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      byId("one-form").requestSubmit();
    }
  });
  byId("one-form").addEventListener("submit", (event) => {
    event.preventDefault();
    check();
  });
  keepDraft(field);
  count();
}

/** Checks a text of the other tab. */
export function checkText(text) {
  openTab("tab-one");
  changeText(byId("text"), text);
  byId("text").focus();
  check();
}

function count() {
  const counter = byId("counter");
  const length = tweetLength(byId("text").value.trim());
  const over = length > TWEET;
  counter.classList.toggle("over", over);
  say(counter, over ? "counterOver" : "counter", { length, most: TWEET, count: length - TWEET });
}

async function check() {
  const text = byId("text").value.trim().toWellFormed();
  const place = byId("one-problem");
  running?.abort();
  running = new AbortController();
  const { signal } = running;
  clearProblem(place);
  showBusy(false);
  if (!text || characters(text) > LONGEST) {
    const key = text ? "tooLong" : "nothingTyped";
    const values = { count: characters(text), most: LONGEST };
    place.replaceChildren(
      element("div", { class: "problem", role: "alert" }, element("p", { text: [key, values] })),
    );
    byId("text").focus();
    return;
  }
  showBusy(true);
  try {
    const body = { text, model: chosenModel(), explain: true };
    const prediction = await patiently(place, ask("predict", body, signal));
    const model = await modelOf(prediction);
    if (!signal.aborted) show(text, prediction, model, (await models()).length);
  } catch (error) {
    if (signal.aborted) return;
    // The shown verdict is on another text.
    if (text !== shown) clear();
    showProblem(place, error, check);
  } finally {
    if (!signal.aborted) showBusy(false);
  }
}

function showBusy(busy) {
  say(byId("check"), busy ? "checking" : "check");
  byId("answer").setAttribute("aria-busy", String(busy));
}

function show(text, prediction, model, served) {
  shown = text;
  const read = isRead(prediction);
  const controls = read ? [shadingSwitch()] : [];
  byId("verdict").replaceChildren(verdict(text, prediction, model, ...controls));
  // Without a verdict there is no feedback.
  if (read) showFeedback(byId("feedback"), text, prediction, next);
  else byId("feedback").replaceChildren();
  announce(...spokenVerdict(prediction));
  byId("comparison").hidden = served < 2;
  comparison.reset(text, prediction);
}

function next() {
  changeText(byId("text"), "");
  clear();
  byId("text").focus();
}

function clear() {
  shown = undefined;
  byId("verdict").replaceChildren(element("p", { class: "empty soft", text: "emptyAnswer" }));
  byId("feedback").replaceChildren();
  byId("comparison").hidden = true;
  comparison.forget();
}

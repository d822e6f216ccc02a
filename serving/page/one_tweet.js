// The tab for one tweet: its form, and the ways from one tweet to another.

import { clearAnswer, revealAnswer, shownCheck, startAnswer } from "./answer.js";
import { cancelCheck, checkTyped, showCheck, typedText } from "./check.js";
import { TWEET, tweetLength } from "./counter.js";
import { byId } from "./dom.js";
import { changeText, draftsAside, keepDraft, setDraftAside, takeDraft } from "./draft.js";
import { say } from "./language.js";
import { goTo, place } from "./navigation.js";
import { watchPastedLines } from "./pasted_lines.js";
import { recall, startRecentChecks } from "./recent_checks.js";
import { openTab } from "./tabs.js";

export function startOne() {
  const field = byId("text");
  field.addEventListener("input", count);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      byId("one-form").requestSubmit();
    }
  });
  byId("one-form").addEventListener("submit", (event) => {
    event.preventDefault();
    checkTyped();
  });
  byId("next").addEventListener("click", () => begin(""));
  byId("return-draft").addEventListener("click", () => begin(takeDraft()));
  startAnswer(field, typedText);
  watchPastedLines(field);
  startRecentChecks(lookBack);
  keepDraft(field);
  count();
  offerDraft();
}

/** Checks a text of the other tab. */
export function checkText(text) {
  replaceText(text);
  goTo({ tab: "tab-one", check: null });
  openTab("tab-one");
  focusTweet();
  checkTyped();
}

/** Shows the check of a place that Back or Forward reached, or the draft that it had. */
export function returnTo({ check: id }) {
  if (id === (shownCheck()?.id ?? null)) return;
  const check = recall(id);
  replaceText(check?.text ?? "");
  if (check) {
    showCheck(check);
    return;
  }
  cancelCheck();
  clearAnswer();
  changeText(byId("text"), takeDraft());
  offerDraft();
}

/** Shows the check of the current place after a reload. The typed text stays. */
export async function resume() {
  const check = recall(place().check);
  if (check && !shownCheck()) await showCheck(check);
}

async function lookBack(check) {
  replaceText(check.text);
  goTo({ check: check.id });
  focusTweet();
  await showCheck(check);
  revealAnswer();
}

/** Shows a text that is not checked yet. */
function begin(text) {
  cancelCheck();
  replaceText(text);
  goTo({ check: null });
  clearAnswer();
  byId("text").focus();
}

/** Writes another text into the field. A draft that was not checked is set aside. */
function replaceText(text) {
  const field = byId("text");
  if (typedText() && typedText() !== shownCheck()?.text) setDraftAside(field.value);
  changeText(field, text);
  offerDraft();
}

function offerDraft() {
  byId("return-draft").hidden = !draftsAside().length;
}

function focusTweet() {
  // On a phone, the focus on the field would open the keyboard.
  byId(matchMedia("(pointer: coarse)").matches ? "tab-one" : "text").focus();
}

function count() {
  const counter = byId("counter");
  const length = tweetLength(byId("text").value.trim());
  const over = length > TWEET;
  counter.classList.toggle("over", over);
  say(counter, over ? "counterOver" : "counter", { length, most: TWEET, count: length - TWEET });
}

// The answer to one tweet: verdict, feedback, sharing, comparison.

import { startComparison } from "./comparison.js";
import { announce, byId, element } from "./dom.js";
import { isRead } from "./doubt.js";
import { showFeedback } from "./feedback.js";
import { modelOf, models } from "./models.js";
import { watchOutdated } from "./outdated.js";
import { clearSharing, startSharing } from "./sharing.js";
import { runWaitingAction } from "./undo.js";
import { spokenVerdict, verdict } from "./verdict.js";
import { shadingSwitch } from "./words.js";

let shown = null;
let outdated;
let comparison;

/** `current` returns the text that would be checked now. */
export function startAnswer(field, current) {
  comparison = startComparison();
  outdated = watchOutdated(field, current);
  startSharing(shownCheck);
}

/** The check whose verdict is shown, or null. */
export function shownCheck() {
  return shown;
}

/** Shows the verdict of a check, unless `signal` is aborted before. */
export async function showAnswer(check, signal) {
  const { text, prediction } = check;
  const model = await modelOf(prediction);
  const served = (await models()).length;
  if (signal.aborted) return;
  clearAnswer();
  shown = check;
  const read = isRead(prediction);
  const controls = read ? [shadingSwitch()] : [];
  byId("verdict").replaceChildren(verdict(text, prediction, model, ...controls));
  // Without a verdict there is no feedback.
  if (read) showFeedback(byId("feedback"), check);
  byId("actions").hidden = false;
  byId("comparison").hidden = served < 2;
  comparison.reset(text, prediction);
  outdated.judge(text, prediction.model.name);
  announce(...spokenVerdict(prediction));
}

/** Scrolls to the verdict if its headline is outside of the window, as on a phone. */
export function revealAnswer() {
  const answer = byId("answer");
  const headline = answer.querySelector(".headline").getBoundingClientRect();
  if (headline.top >= 0 && headline.bottom <= (visualViewport?.height ?? innerHeight)) return;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  answer.scrollIntoView({ behavior: still ? "auto" : "smooth", block: "start" });
}

export function clearAnswer() {
  runWaitingAction();
  shown = null;
  byId("verdict").replaceChildren(element("p", { class: "empty soft", text: "emptyAnswer" }));
  byId("feedback").replaceChildren();
  byId("actions").hidden = true;
  byId("comparison").hidden = true;
  clearSharing();
  comparison.forget();
  outdated.forget();
}

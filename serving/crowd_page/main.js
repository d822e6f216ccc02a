import { announce, byId } from "../dom.js";
import { addTexts, keepLanguage, preferredLanguage, say, speak } from "../language.js";
import { clearProblem, showProblem } from "../problem.js";
import { chart } from "./chart.js";
import en from "./en.js";
import fr from "./fr.js";
import { showFigures, showRows, showSources, showWords } from "./numbers.js";
import { currentQuery, onChoice, showChoices } from "./place.js";
import { requestReport } from "./report.js";

const PERIOD_MS = 60_000;

let paused = false;
let timer;
let report;
let asked = 0;

async function renew() {
  clearTimeout(timer);
  asked += 1;
  const mine = asked;
  const { since, until, source } = currentQuery();
  try {
    const answer = await requestReport({ since, until, source });
    // A later choice has replaced the question.
    if (mine !== asked) return;
    show(answer);
    clearProblem(byId("problem"));
  } catch (error) {
    if (mine === asked) showProblem(byId("problem"), error, renew);
  }
  schedule();
}

function show(answer) {
  const first = report === undefined;
  report = answer;
  showChoices(report);
  const empty = report.sources.every(({ mentions }) => mentions === 0);
  byId("empty").hidden = !empty;
  byId("report").hidden = empty;
  if (!empty) {
    byId("chart").replaceChildren(...chart(report));
    for (const part of [showFigures, showSources, showWords, showRows]) part(report);
  }
  // The browser looked for the place of the address before the report was shown.
  if (first && location.hash === "#words" && !empty) byId("words").focus();
}

function schedule() {
  clearTimeout(timer);
  const { moves } = currentQuery();
  byId("pause").hidden = !moves;
  say(byId("pause"), paused ? "crowd.resume" : "crowd.pause");
  if (report) {
    const state = moves ? (paused ? "Paused" : "") : "Fixed";
    say(byId("updated"), `crowd.updated${state}`, { at: report.generated_at });
  }
  if (moves && !paused) timer = setTimeout(renewIfSeen, PERIOD_MS);
}

function renewIfSeen() {
  if (document.visibilityState === "visible") renew();
  else document.addEventListener("visibilitychange", renew, { once: true });
}

addTexts({ en, fr });
speak(preferredLanguage());
for (const button of document.querySelectorAll("[data-language]")) {
  button.addEventListener("click", () => keepLanguage(button.dataset.language));
}
onChoice(renew);
byId("choice").addEventListener("submit", (event) => event.preventDefault());
byId("pause").addEventListener("click", () => {
  paused = !paused;
  schedule();
});
byId("again").addEventListener("click", async () => {
  await renew();
  announce("crowd.renewed");
});
renew();

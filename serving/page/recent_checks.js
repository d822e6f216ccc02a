// The last checks of this tab. The browser stores their texts and predictions until the tab closes.

import { byId, element } from "./dom.js";
import { sign, toneOf } from "./tone.js";

const KEPT = "recent-checks";
const MOST = 20;

let checks = [];
let open;

/** Lists the stored checks. `show` is called with the check that the user chooses. */
export function startRecentChecks(show) {
  open = show;
  checks = JSON.parse(sessionStorage.getItem(KEPT) ?? "[]");
  byId("clear-recent").addEventListener("click", () => {
    keep([]);
    byId("text").focus();
  });
  list();
}

/** Stores a prediction as the newest check, in place of an earlier check of the same text and model. */
export function remember(text, prediction) {
  const made = ({ name, version }) => `${name} ${version}`;
  const same = (check) =>
    check.text === text && made(check.prediction.model) === made(prediction.model);
  const id = checks.find(same)?.id ?? Date.now();
  const check = { id, text, prediction, judged: false };
  keep([check, ...checks.filter((other) => other.id !== id)].slice(0, MOST));
  return check;
}

/** The check with this id, if the tab still has it. */
export function recall(id) {
  return checks.find((check) => check.id === id);
}

/** Stores that a check has its verdict. */
export function markJudged(id) {
  keep(checks.map((check) => (check.id === id ? { ...check, judged: true } : check)));
}

function keep(changed) {
  checks = changed;
  try {
    sessionStorage.setItem(KEPT, JSON.stringify(checks));
  } catch {
    // The browser's storage is full. The list lasts until the page is left.
    sessionStorage.removeItem(KEPT);
  }
  list();
}

function list() {
  byId("recent").hidden = !checks.length;
  byId("recent-list").replaceChildren(
    ...checks.map((check) => {
      const tone = toneOf(check.prediction);
      const button = element(
        "button",
        { type: "button", class: "recent-check", onclick: () => open(recall(check.id)) },
        sign(tone),
        element("span", { class: "hidden", text: `said.${tone}` }),
        element("span", { class: "recent-text", dir: "auto" }, check.text),
        element("span", { class: "soft small" }, check.prediction.model.name),
      );
      return element("li", {}, button);
    }),
  );
}

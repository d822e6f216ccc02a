// A problem as a sentence, with a button to try again.

import { Problem } from "./api.js";
import { element } from "./dom.js";

const SLOW_AFTER_MS = 4_000;

/** Shows a problem in `place`. It has a button for `again` if another try may help. */
export function showProblem(place, error, retry) {
  if (error.name === "AbortError") return;
  if (!(error instanceof Problem)) {
    console.error(error);
    error = new Problem("broken");
  }
  const waits = error.seconds > 0 && (error.kind === "busy" || error.kind === "crowded");
  const sentence = element("p", {
    text: [`problem.${error.kind}${waits ? "Wait" : ""}`, { count: error.seconds, reason: error.reason }],
  });
  const again = element("button", {
    type: "button",
    class: "quiet-button",
    text: "tryAgain",
    onclick: () => {
      clearProblem(place);
      retry();
    },
  });
  place.replaceChildren(
    element("div", { class: "problem", role: "alert" }, sentence, retry ? again : null),
  );
}

export function clearProblem(place) {
  place.replaceChildren();
}

/** Waits for a promise. If it takes long, `place` says so. */
export async function patiently(place, promise) {
  const timer = setTimeout(() => {
    place.replaceChildren(
      element("div", { class: "problem waiting", role: "status" }, element("p", { text: "slow" })),
    );
  }, SLOW_AFTER_MS);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    clearProblem(place);
  }
}

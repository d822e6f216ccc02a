// Feedback: one verdict per prediction. The text is stored only if the box is ticked.
// The service keeps the first verdict and refuses a second one. The page therefore waits before it
// sends a "Yes". A "No" is sent with the button of its form.

import { ask } from "./api.js";
import { byId, element } from "./dom.js";
import { showProblem } from "./problem.js";
import { markJudged } from "./recent_checks.js";
import { runUnlessUndone } from "./undo.js";

const CONTROLS = "a, button, input, select, textarea";

/** Asks in `place` for a verdict on the prediction of a check. */
export function showFeedback(place, check) {
  const { id, text, prediction, judged } = check;
  const content = element("div");
  place.replaceChildren(content);
  if (judged) end("problem.judged");
  else question();

  function question() {
    const yes = quietButton("yes", right);
    const no = quietButton("no", wrong);
    const asked = element("p", { text: ["wasThisRight", { label: prediction.label }] });
    content.replaceChildren(
      element("div", { class: "row question" }, asked, element("div", { class: "row-end" }, yes, no)),
    );

    function right() {
      disable(yes, no);
      const undo = quietButton("undo", question);
      const told = element("p", { role: "status", text: "willBeSent" });
      const row = element("div", { class: "row question given" }, told, undo);
      content.append(row);
      undo.focus();
      runUnlessUndone(undo, () => {
        row.remove();
        send({ correct: true });
      });
    }

    function wrong() {
      disable(yes, no);
      content.append(consentForm());
      byId("consent").focus();
    }
  }

  function consentForm() {
    const box = element("input", { type: "checkbox", id: "consent" });
    const button = element("button", { class: "main-button", text: "send" });
    const undo = quietButton("undo", () => {
      question();
      content.querySelector("button").focus();
    });
    const submit = (event) => {
      event.preventDefault();
      disable(button, box, undo);
      send(box.checked ? { correct: false, text, consent: true } : { correct: false });
    };
    return element(
      "form",
      { class: "consent", onsubmit: submit },
      element("p", { class: "box" }, box, element("label", { for: "consent", text: "consent" })),
      element("p", { class: "soft small", text: "consentNotice" }),
      element("div", { class: "row-end" }, button, undo),
    );
  }

  async function send(verdict) {
    try {
      await ask("feedback", { prediction_id: prediction.prediction_id, ...verdict });
      markJudged(id);
      end("thanks");
    } catch (error) {
      if (error.kind === "judged" || error.kind === "gone") return end(`problem.${error.kind}`);
      const trouble = element("div");
      // The next tweet may have replaced the question.
      (content.isConnected ? content : byId("one-problem")).append(trouble);
      showProblem(trouble, error, () => send(verdict));
    }
  }

  function end(key) {
    const at = document.activeElement;
    // A disabled button has no focus. The user may be at another control by now.
    const focused = content.contains(at) || !at.matches(CONTROLS);
    content.replaceChildren(element("p", { class: "given", role: "status", text: key }));
    if (focused) byId("next").focus({ preventScroll: true });
  }
}

function quietButton(key, onclick) {
  return element("button", { type: "button", class: "quiet-button", text: key, onclick });
}

function disable(...controls) {
  for (const control of controls) control.disabled = true;
}

// Feedback: one verdict per prediction. The text is stored only if the box is ticked.

import { ask } from "./api.js";
import { element } from "./dom.js";
import { showProblem } from "./problem.js";

/** Asks for a verdict in `place`. `next` clears the form for another tweet. */
export function showFeedback(place, text, prediction, next) {
  const trouble = element("div");
  const buttons = [
    element("button", { type: "button", class: "quiet-button", text: "yes", onclick: right }),
    element("button", { type: "button", class: "quiet-button", text: "no", onclick: wrong }),
  ];
  const asked = element("p", { text: ["wasThisRight", { label: prediction.label }] });
  const question = element(
    "div",
    { class: "row question" },
    asked,
    element("div", { class: "row-end" }, ...buttons),
  );
  place.replaceChildren(question, trouble);

  function right() {
    disable(buttons);
    send({ correct: true });
  }

  function wrong() {
    disable(buttons);
    const box = element("input", { type: "checkbox", id: "consent" });
    const button = element("button", { class: "main-button", text: "send" });
    const form = element(
      "form",
      {
        class: "consent",
        onsubmit: (event) => {
          event.preventDefault();
          disable([button, box]);
          send(box.checked ? { correct: false, text, consent: true } : { correct: false });
        },
      },
      element("p", { class: "box" }, box, element("label", { for: "consent", text: "consent" })),
      element("p", { class: "soft small", text: "consentNotice" }),
      button,
    );
    question.after(form);
    box.focus();
  }

  async function send(said) {
    try {
      await ask("feedback", { prediction_id: prediction.prediction_id, ...said });
      end("thanks");
    } catch (error) {
      if (error.kind === "judged" || error.kind === "gone") end(`problem.${error.kind}`);
      else showProblem(trouble, error, () => send(said));
    }
  }

  function end(key) {
    const button = element("button", { type: "button", class: "main-button", text: "nextTweet", onclick: next });
    place.replaceChildren(
      element("div", { class: "row question" }, element("p", { role: "status", text: key }), button),
    );
    button.focus();
  }
}

function disable(controls) {
  for (const control of controls) control.disabled = true;
}

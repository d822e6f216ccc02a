// Whether the shown verdict is on another text, or by another model, than the chosen ones.

import { byId, element } from "./dom.js";
import { chosenModel } from "./models.js";

/**
 * Marks the answer while its verdict is outdated, and gives the reason above it. `current` returns the
 * text of `field` that would be checked now. `judge` takes the text and model of a new verdict.
 */
export function watchOutdated(field, current) {
  let judged = null;
  field.addEventListener("input", mark);
  byId("model").addEventListener("change", mark);
  return {
    judge(text, model) {
      judged = { text, model };
      mark();
    },
    forget() {
      judged = null;
      mark();
    },
  };

  function mark() {
    const notice = byId("outdated");
    const reason = judged ? difference() : "";
    byId("answer").classList.toggle("outdated", reason !== "");
    if (notice.dataset.reason === reason) return;
    notice.dataset.reason = reason;
    notice.replaceChildren(...(reason ? [element("p", { class: "problem", text: reason })] : []));
  }

  function difference() {
    if (judged.text !== current()) return "outdatedText";
    return (chosenModel() ?? judged.model) === judged.model ? "" : "outdatedModel";
  }
}

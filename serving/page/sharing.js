// A verdict as plain text, to copy, share or mail. Nothing leaves the page before the user asks for it.

import { byId, element } from "./dom.js";
import { say, text } from "./language.js";
import { spokenVerdict } from "./verdict.js";

/** Starts the buttons. `shown` returns the check that the page shows. */
export function startSharing(shown) {
  const share = byId("share");
  const mail = byId("mail");
  byId("copy").addEventListener("click", () => copy(report(shown())));
  share.hidden = !navigator.share;
  mail.hidden = !share.hidden;
  share.addEventListener("click", async () => {
    const told = report(shown());
    try {
      await navigator.share({ text: told });
    } catch (error) {
      if (error.name !== "AbortError") copy(told);
    }
  });
  mail.addEventListener("click", () => {
    const subject = encodeURIComponent(text("mailSubject"));
    mail.href = `mailto:?subject=${subject}&body=${encodeURIComponent(report(shown()))}`;
  });
}

/** Removes the note on the last copy. */
export function clearSharing() {
  byId("copied").replaceChildren();
}

function report({ text: tweet, prediction }) {
  return [
    text("quoted", { tweet }),
    text(...spokenVerdict(prediction)),
    text("madeBy", prediction.model),
  ].join("\n\n");
}

async function copy(told) {
  try {
    await navigator.clipboard.writeText(told);
    tell("copied");
  } catch {
    // Browsers have no clipboard for pages without HTTPS.
    copyFromField(told);
  }
}

function copyFromField(told) {
  const field = element("textarea", { rows: 6, readonly: true, label: "copyByHand" });
  field.value = told;
  tell("copyByHand");
  byId("copied").append(field);
  field.select();
  if (!document.execCommand("copy")) return;
  tell("copied");
  byId("copy").focus();
}

function tell(key) {
  byId("copied").replaceChildren(element("p", { class: "soft small", text: key }));
}

// The API key of this tab. A service without keys never asks for one.

import { byId } from "./dom.js";

const KEPT = "api-key";

let asked;

/** The key that the browser stores until the tab closes, or null. */
export function storedKey() {
  return sessionStorage.getItem(KEPT);
}

/** Asks for the key, once for all waiting requests. Whether the user gave one. */
export function askForKey(wrong) {
  asked ??= show(wrong).finally(() => {
    asked = undefined;
  });
  return asked;
}

function show(wrong) {
  const dialog = byId("key-dialog");
  const field = byId("key");
  byId("key-wrong").hidden = !wrong;
  field.setAttribute("aria-describedby", wrong ? "key-wrong key-notice" : "key-notice");
  field.value = "";
  dialog.showModal();
  return new Promise((resolve) => {
    const give = (event) => {
      event.preventDefault();
      sessionStorage.setItem(KEPT, field.value.trim());
      dialog.close("given");
    };
    const end = () => {
      byId("key-form").removeEventListener("submit", give);
      field.value = "";
      resolve(dialog.returnValue === "given");
    };
    dialog.returnValue = "";
    byId("key-form").addEventListener("submit", give);
    byId("key-cancel").addEventListener("click", () => dialog.close(), { once: true });
    dialog.addEventListener("close", end, { once: true });
  });
}

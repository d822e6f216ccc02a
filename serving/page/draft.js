// The browser stores the typed text until the tab closes, so that a reload loses nothing.

const ASIDE = "drafts-set-aside";

export function keepDraft(field) {
  const key = `draft-${field.id}`;
  field.value = sessionStorage.getItem(key) ?? "";
  field.addEventListener("input", () => save(key, field.value));
}

export function changeText(field, value) {
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Drafts that other texts replaced in the field, the newest last. */
export function draftsAside() {
  return JSON.parse(sessionStorage.getItem(ASIDE) ?? "[]");
}

export function setDraftAside(draft) {
  save(ASIDE, JSON.stringify([...draftsAside(), draft]));
}

/** Removes and returns the newest draft that was set aside; "" if there is none. */
export function takeDraft() {
  const drafts = draftsAside();
  const draft = drafts.pop() ?? "";
  save(ASIDE, JSON.stringify(drafts));
  return draft;
}

function save(key, value) {
  try {
    sessionStorage.setItem(key, value);
  } catch {
    // The text exceeds the browser's storage. Only a file is that large, and the user still has it.
    sessionStorage.removeItem(key);
  }
}

// The browser stores the typed text until the tab closes, so that a reload loses nothing.

export function keepDraft(field) {
  const key = `draft-${field.id}`;
  field.value = sessionStorage.getItem(key) ?? "";
  field.addEventListener("input", () => save(key, field.value));
}

export function changeText(field, value) {
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function save(key, value) {
  try {
    sessionStorage.setItem(key, value);
  } catch {
    // The text exceeds the browser's storage. Only a file is that large, and the user still has it.
    sessionStorage.removeItem(key);
  }
}

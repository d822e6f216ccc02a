// The browser stores what is typed until the tab closes, so that it survives a reload.

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

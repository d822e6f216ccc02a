// What is typed outlives a reload of this tab. It is kept by the browser alone, until the tab closes.

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
    // A file larger than the browser keeps: it lies on the disk anyway.
    sessionStorage.removeItem(key);
  }
}

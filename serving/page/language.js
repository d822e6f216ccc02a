// English and French. Each element stores the key of its text, so that a switch translates it.

import en from "./en.js";
import fr from "./fr.js";

const LANGUAGES = { en, fr };
const KEPT = "language";
// French typography: a narrow no-break space before these signs and within quotation marks.
const SPACED = /[ \u00a0](?=[:;?!\u00bb])|(?<=\u00ab)[ \u00a0]/g;

let current = "en";

/** Adds the texts of another page, by language. They replace texts of the same key. */
export function addTexts(texts) {
  for (const [code, added] of Object.entries(texts)) Object.assign(LANGUAGES[code], added);
}

/** The stored choice, else the first of the browser's languages that the page has. */
export function preferredLanguage() {
  const wanted = [localStorage.getItem(KEPT), ...navigator.languages];
  return wanted.map((tag) => tag?.slice(0, 2).toLowerCase()).find((code) => code in LANGUAGES) ?? "en";
}

export function keepLanguage(code) {
  localStorage.setItem(KEPT, code);
  speak(code);
}

/** Translates the page. */
export function speak(code) {
  current = code;
  document.documentElement.lang = code;
  for (const node of document.querySelectorAll("[data-text], [data-label], [data-placeholder]")) {
    translate(node);
  }
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === code));
  }
}

/** Sets an element's text, now and after each switch of the language. */
export function say(node, key, values = {}) {
  node.dataset.text = key;
  node.dataset.values = JSON.stringify(values);
  translate(node);
}

/** Sets an element's name for screen readers. */
export function label(node, key, values = {}) {
  node.dataset.label = key;
  node.dataset.values = JSON.stringify(values);
  translate(node);
}

/**
 * The text of a key. Placeholders: {name} a string, {name#} a number, {name%} a percentage, {name~} a
 * time of ISO 8601, {name@} the text of another key. `values.count` selects among plural forms.
 */
export function text(key, values = {}) {
  let pattern = LANGUAGES[current][key];
  if (typeof pattern === "object") {
    pattern = pattern[new Intl.PluralRules(current).select(values.count)] ?? pattern.other;
  }
  if (current === "fr") pattern = pattern.replace(SPACED, "\u202f");
  return pattern.replace(/\{(\w+)([#%@~]?)\}/g, (_, name, form) => {
    if (form === "#") return new Intl.NumberFormat(current).format(values[name]);
    if (form === "%") return percent(values[name]);
    if (form === "~") return localTime(values[name]);
    if (form === "@") return text(values[name], values);
    return values[name];
  });
}

/** A share as a percentage, never rounded to 0 % or 100 %. */
export function percent(share) {
  const digits = share > 0.995 || share < 0.005 ? 1 : 0;
  const bounded = Math.min(Math.max(share, 0.001), 0.999);
  const certain = share === 0 || share === 1;
  return new Intl.NumberFormat(current, {
    style: "percent",
    maximumFractionDigits: certain ? 0 : digits,
  }).format(certain ? share : bounded);
}

/** Day and time in the zone of the browser. */
function localTime(time) {
  const form = { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" };
  return new Intl.DateTimeFormat(current === "en" ? "en-GB" : current, form).format(new Date(time));
}

function translate(node) {
  const { text: key, label: name, placeholder, values } = node.dataset;
  const given = values ? JSON.parse(values) : {};
  if (key) node.textContent = text(key, given);
  if (name) node.setAttribute("aria-label", text(name, given));
  if (placeholder) node.placeholder = text(placeholder);
}

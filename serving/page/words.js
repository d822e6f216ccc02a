// The text, whose words are shaded by the direction and strength of their weights.

import { element } from "./dom.js";

// Least weights, relative to the strongest, of the three steps of shading.
const STEPS = [0.12, 0.35, 0.7];
// Log-odds. Below this weight the strongest word of a text is shaded less than fully.
const NOTABLE = 0.5;
const MOST_NAMED = 3;

/** A switch that turns the shading of all texts on and off. */
export function shadingSwitch() {
  const shaded = !document.body.classList.contains("unshaded");
  return element("button", {
    type: "button",
    class: "switch",
    role: "switch",
    "aria-checked": String(shaded),
    text: "showWords",
    onclick: ({ currentTarget }) => {
      const plain = document.body.classList.toggle("unshaded");
      currentTarget.setAttribute("aria-checked", String(!plain));
    },
  });
}

/** The text as a paragraph without shading. */
export function plainText(text) {
  return element("p", { class: "shaded", dir: "auto" }, text);
}

/** The shaded paragraph, and a list of the strongest words of each direction. */
export function shadedText(text, explanation) {
  const strongest = Math.max(NOTABLE, ...explanation.map(({ weight }) => Math.abs(weight)));
  const paragraph = plainText("");
  let position = 0;
  for (const { token, weight } of explanation) {
    const start = text.indexOf(token, position);
    if (start < 0) continue;
    const step = STEPS.filter((share) => Math.abs(weight) >= share * strongest).length;
    paragraph.append(text.slice(position, start));
    paragraph.append(
      step
        ? element("span", { class: "pull", "data-way": way(weight), "data-step": step }, token)
        : token,
    );
    position = start + token.length;
  }
  paragraph.append(text.slice(position));
  return [paragraph, namedWords(explanation, strongest)];
}

function namedWords(explanation, strongest) {
  const pulling = explanation.filter(({ weight }) => Math.abs(weight) >= STEPS[0] * strongest);
  const list = element("ul", { class: "pulls" });
  for (const side of ["positive", "negative"]) {
    const tokens = pulling
      .filter(({ weight }) => way(weight) === side)
      .sort((one, other) => Math.abs(other.weight) - Math.abs(one.weight))
      .slice(0, MOST_NAMED)
      .map(({ token }) => element("bdi", { class: "pull", "data-way": side, "data-step": 1 }, token));
    if (!tokens.length) continue;
    const item = element("li", {}, element("span", { class: "soft", text: `pulls.${side}` }));
    for (const token of tokens) item.append(" ", token);
    list.append(item);
  }
  if (!list.children.length) list.append(element("li", { class: "soft", text: "pulls.none" }));
  return list;
}

function way(weight) {
  return weight > 0 ? "positive" : "negative";
}

// The table of results, which each column can sort.

import { LONGEST } from "./counter.js";
import { element } from "./dom.js";
import { isRead, reasonOf } from "./doubt.js";
import { checkText } from "./one_tweet.js";
import { say } from "./language.js";
import { largestGroup } from "./readers.js";
import { sign, toneOf } from "./tone.js";

const SHOWN = 200;
const RANKS = { negative: 0, doubt: 1, positive: 2 };
const KEYS = {
  number: ({ number }) => number,
  text: ({ text }) => text.toLowerCase(),
  verdict: ({ prediction }) => (prediction ? RANKS[toneOf(prediction)] : -1),
  probability: ({ prediction }) => (prediction && isRead(prediction) ? prediction.probability : -1),
};

/** The table in a scrolling frame, and a button for more rows. */
export function resultTable(rows) {
  let sorted = rows;
  let order = { key: "number", ascending: true };
  let shown = SHOWN;
  const body = element("tbody");
  const more = element("button", { type: "button", class: "quiet-button", onclick: showMore });
  const split = rows.some(({ prediction }) => prediction?.readers);
  const heads = Object.keys(KEYS).map((key) => {
    const name = `head.${split && key === "probability" ? "readers" : key}`;
    const button = element("button", { type: "button", text: name, onclick: () => sortBy(key) });
    return element("th", { scope: "col", class: key, "data-key": key }, button);
  });
  const look = element("th", { scope: "col" }, element("span", { class: "hidden", text: "head.look" }));
  const head = element("thead", {}, element("tr", {}, ...heads, look));
  const table = element("table", {}, head, body);
  const frame = { class: "frame", tabindex: 0, role: "region", label: "results" };
  draw();
  return [element("div", frame, table), more];

  function sortBy(key) {
    order = { key, ascending: order.key === key ? !order.ascending : true };
    const value = KEYS[key];
    const compare = (one, other) => (value(one) < value(other) ? -1 : value(one) > value(other) ? 1 : 0);
    sorted = rows.toSorted((one, other) => (order.ascending ? 1 : -1) * compare(one, other));
    draw();
  }

  function showMore() {
    shown += SHOWN;
    draw();
  }

  function draw() {
    for (const cell of heads) {
      const direction = order.ascending ? "ascending" : "descending";
      cell.setAttribute("aria-sort", cell.dataset.key === order.key ? direction : "none");
    }
    body.replaceChildren(...sorted.slice(0, shown).map(line));
    const left = Math.min(SHOWN, rows.length - shown);
    more.hidden = left <= 0;
    if (left > 0) say(more, "showMore", { count: left });
  }
}

function line({ number, text, tooLong, prediction }) {
  const cells = [
    element("td", { class: "number" }, String(number)),
    element("td", { class: "text", dir: "auto" }, text),
  ];
  if (!prediction) {
    const reason = tooLong ? { text: ["tooLongRow", { most: LONGEST }] } : {};
    return element("tr", {}, ...cells, element("td", { class: "soft", colspan: 3, ...reason }));
  }
  const tone = toneOf(prediction);
  const look = element("button", {
    type: "button",
    class: "link-button",
    text: "look",
    label: ["lookAt", { number }],
    onclick: () => checkText(text),
  });
  return element(
    "tr",
    {},
    ...cells,
    element("td", { class: "verdict" }, sign(tone), element("span", { text: `said.${tone}` }), why(prediction)),
    element("td", { class: "probability" }, isRead(prediction) ? leaning(prediction) : "\u2013"),
    element("td", { class: "look" }, look),
  );
}

function why(prediction) {
  if (prediction.doubt === null) return null;
  return element("p", { class: "soft small", text: `reason.${reasonOf(prediction)}` });
}

function leaning({ readers, probability }) {
  return element("span", { text: readers ? largestGroup(readers) : ["sharePositive", { probability }] });
}

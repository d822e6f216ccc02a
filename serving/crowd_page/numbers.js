// The numbers of a report: figures, sources, words and the table.

import { byId, element } from "../dom.js";
import { say } from "../language.js";
import { isAboveUsual, negativeShare } from "./report.js";

export function showFigures({ total, buckets }) {
  const known = buckets.filter(({ usual, mentions }) => usual !== null && mentions > 0);
  const sum = (value) => known.reduce((all, bucket) => all + value(bucket), 0);
  const usual = known.length
    ? sum(({ usual, mentions }) => usual.share * mentions) / sum(({ mentions }) => mentions)
    : null;
  byId("figures").replaceChildren(
    figure("mentions", { text: ["crowd.count", { count: total.mentions }] }),
    figure("negative", share(negativeShare(total))),
    figure("usual", share(usual)),
    figure("unsure", share(total.mentions ? total.unsure / total.mentions : null)),
  );
}

export function showSources({ sources }) {
  const most = Math.max(1, ...sources.map(({ mentions }) => mentions));
  byId("source-list").replaceChildren(
    ...sources.map((counts) => {
      const { source, mentions } = counts;
      const told = mentions
        ? ["crowd.ofSource", { count: mentions, share: negativeShare(counts) }]
        : ["crowd.silent"];
      return bar(source, told, mentions / most, negativeShare(counts) ?? 0);
    }),
  );
}

export function showWords({ words: { since, until, least_texts: least, words } }) {
  say(byId("words-of"), "crowd.wordsOf", { since, until, least });
  const most = Math.max(1, ...words.map(({ texts }) => texts));
  const shown = words.map(({ word, texts, negative }) =>
    bar(word, ["crowd.word", { count: texts, negative }], texts / most, negative / texts),
  );
  const none = element("li", { class: "soft", text: ["crowd.noWords", { least }] });
  byId("word-list").replaceChildren(...(shown.length ? shown : [none]));
}

export function showRows({ buckets }) {
  const cell = (properties) => element("td", { class: "number", ...properties });
  const count = (value) => cell({ text: ["crowd.count", { count: value }] });
  byId("rows").replaceChildren(
    ...buckets.toReversed().map((bucket) =>
      element(
        "tr",
        { class: isAboveUsual(bucket) ? "unusual" : null },
        element("th", { scope: "row", text: ["crowd.time", { at: bucket.start }] }),
        count(bucket.mentions),
        count(bucket.negative),
        cell(share(negativeShare(bucket))),
        cell(bucket.usual ? { text: ["crowd.band", bucket.usual] } : { text: "crowd.none" }),
        count(bucket.unsure),
      ),
    ),
  );
}

function figure(name, value) {
  return element(
    "div",
    {},
    element("dt", { class: "soft small", text: `crowd.figure.${name}` }),
    element("dd", value),
  );
}

function share(value) {
  return { text: value === null ? "crowd.none" : ["percent", { share: value }] };
}

function bar(name, told, length, negative) {
  return element(
    "li",
    { style: { "--length": length, "--negative-end": negative * 100 } },
    element("span", { class: "name", dir: "auto" }, name),
    element("span", { class: "soft small", text: told }),
    element("span", { class: "bar", "aria-hidden": "true" }),
  );
}

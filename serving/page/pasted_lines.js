// A hint below "One tweet" after several lines were pasted: they may be several tweets.

import { byId, element } from "./dom.js";
import { changeText } from "./draft.js";
import { lines } from "./file.js";
import { goTo } from "./navigation.js";
import { openTab } from "./tabs.js";

const TYPING = /^(insertLineBreak|insertParagraph|delete|history)/;

/** Offers to move pasted lines of `field` to the tab for several tweets. */
export function watchPastedLines(field) {
  const hint = byId("lines-hint");
  field.addEventListener("input", (event) => {
    const count = lines(field.value).length;
    // Browsers do not always say which text was inserted.
    const inserted = event.data ?? (TYPING.test(event.inputType) ? "" : field.value);
    if (!event.isTrusted || count < 2) hint.replaceChildren();
    else if (lines(inserted).length > 1) offer(count);
  });
  byId("one-form").addEventListener("submit", () => hint.replaceChildren());

  function offer(count) {
    hint.replaceChildren(
      element(
        "div",
        { class: "problem" },
        element("p", { text: ["severalLines", { count }] }),
        element("button", { type: "button", class: "quiet-button", text: "moveLines", onclick: move }),
      ),
    );
  }

  function move() {
    const several = byId("texts");
    changeText(several, [...lines(several.value), ...lines(field.value)].join("\n"));
    changeText(field, "");
    goTo({ tab: "tab-several" });
    openTab("tab-several");
    several.focus();
  }
}

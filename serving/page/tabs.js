// Tabs by the WAI-ARIA Authoring Practices: arrow keys move between them, Tab stops at the open one.

import { goTo } from "./navigation.js";

const TABS = () => [...document.querySelectorAll('[role="tab"]')];

export function startTabs() {
  for (const tab of TABS()) {
    tab.addEventListener("click", () => choose(tab.id));
    tab.addEventListener("keydown", move);
  }
}

export function openTab(id) {
  for (const tab of TABS()) {
    const chosen = tab.id === id;
    tab.setAttribute("aria-selected", String(chosen));
    tab.tabIndex = chosen ? 0 : -1;
    document.getElementById(tab.getAttribute("aria-controls")).hidden = !chosen;
  }
}

function choose(id) {
  openTab(id);
  goTo({ tab: id });
}

function move(event) {
  const tabs = TABS();
  const last = tabs.length - 1;
  const here = tabs.indexOf(event.currentTarget);
  const next = {
    ArrowRight: here === last ? 0 : here + 1,
    ArrowLeft: here === 0 ? last : here - 1,
    Home: 0,
    End: last,
  }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  choose(tabs[next].id);
  tabs[next].focus();
}

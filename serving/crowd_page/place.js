// The query in the page's address: since, until and source, or the hours of a window that ends now.

import { byId, element } from "../dom.js";

const HOURS = [1, 6, 24, 72, 168, 672];
const DEFAULT_HOURS = "24";
const HOUR_MS = 3_600_000;
const FIXED = "fixed";

/** The query of the address, and whether its window changes. */
export function currentQuery() {
  const asked = new URLSearchParams(location.search);
  const source = asked.get("source") ?? "";
  if (asked.has("since") || asked.has("until")) {
    const [since, until] = [asked.get("since"), asked.get("until")];
    return { since, until, source, moves: until === null || Date.parse(until) > Date.now() };
  }
  const hours = HOURS.map(String).includes(asked.get("hours")) ? asked.get("hours") : DEFAULT_HOURS;
  const since = new Date(Date.now() - Number(hours) * HOUR_MS).toISOString();
  return { since, until: null, source, moves: true, hours };
}

let offered;

/** Shows the choice of source and window that a report answers. */
export function showChoices(report) {
  const { hours } = currentQuery();
  const { since, until } = report;
  const names = report.sources.map(({ source: name }) => name);
  const fixed = hours === undefined ? { since, until } : null;
  // New options would close a list that the user has opened.
  const offer = JSON.stringify([names, fixed]);
  if (offer !== offered) offerChoices(names, fixed);
  offered = offer;
  byId("source").value = report.source ?? "";
  byId("window").value = hours ?? FIXED;
}

function offerChoices(names, fixed) {
  byId("source").replaceChildren(
    element("option", { value: "", text: "crowd.allSources" }),
    ...names.map((name) => element("option", { value: name }, name)),
  );
  const windows = HOURS.map((count) =>
    element("option", {
      value: String(count),
      text: count > 24 ? ["crowd.days", { count: count / 24 }] : ["crowd.hours", { count }],
    }),
  );
  if (fixed) windows.unshift(element("option", { value: FIXED, text: ["crowd.fixed", fixed] }));
  byId("window").replaceChildren(...windows);
}

/** Writes the choices into the address, and calls `changed`. */
export function onChoice(changed) {
  byId("choice").addEventListener("change", () => {
    const asked = new URLSearchParams(location.search);
    const set = (name, value) => (value ? asked.set(name, value) : asked.delete(name));
    set("source", byId("source").value);
    if (byId("window").value !== FIXED) {
      asked.delete("since");
      asked.delete("until");
      set("hours", byId("window").value);
    }
    history.pushState(null, "", `${location.pathname}?${asked}`);
    changed();
  });
  window.addEventListener("popstate", changed);
}

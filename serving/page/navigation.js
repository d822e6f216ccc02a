// Entries of the browser's history: the open tab and the shown check. The page's address stays the
// same, so that no text stands in an address.

const START = { tab: "tab-one", check: null };

let here = START;

/** The place of the current entry. `show` is called with the place that Back or Forward reaches. */
export function startNavigation(show) {
  here = history.state ?? START;
  history.replaceState(here, "");
  addEventListener("popstate", ({ state }) => {
    // The skip link makes an entry without a place.
    if (!state) return history.replaceState(here, "");
    here = state;
    show(here);
  });
  return here;
}

export function place() {
  return here;
}

/** Adds an entry with another tab or check. */
export function goTo(change) {
  if (Object.entries(change).every(([name, value]) => here[name] === value)) return;
  here = { ...here, ...change };
  history.pushState(here, "");
}

/** Changes the place of the current entry. */
export function replacePlace(change) {
  here = { ...here, ...change };
  history.replaceState(here, "");
}

// The report of mentions, from the service.

import { Problem, problem } from "../api.js";

const PATIENCE_MS = 60_000;

/** The JSON of `GET /crowd`. Throws a Problem. */
export async function requestReport(query) {
  // Without the user and password that the address of the page may have: fetch refuses them.
  const route = new URL("../crowd", location.origin + location.pathname);
  for (const [name, value] of Object.entries(query)) if (value) route.searchParams.set(name, value);
  const signal = AbortSignal.timeout(PATIENCE_MS);
  let response;
  let answer = null;
  try {
    response = await fetch(route, { signal, cache: "no-store" });
    answer = await response.json();
  } catch {
    if (signal.aborted) throw new Problem("slow");
    if (!response) throw new Problem("offline");
  }
  if (response.ok && answer !== null) return answer;
  throw problem(response, answer);
}

export function negativeShare({ mentions, negative }) {
  return mentions ? negative / mentions : null;
}

export function isAboveUsual(bucket) {
  return bucket.usual !== null && bucket.mentions > 0 && negativeShare(bucket) > bucket.usual.high;
}

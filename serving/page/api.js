// Requests to the service: an answer, or a Problem that the page explains in a sentence.

import { askForKey, storedKey } from "./key.js";

const PATIENCE_MS = 60_000;
// The browser finishes these requests after the page is left.
const LASTING = new Set(["feedback"]);
const KINDS = { 404: "gone", 409: "judged", 429: "crowded", 503: "busy", 504: "slow" };

/** The reason why a request has no answer; `kind` is the key of its sentence. */
export class Problem extends Error {
  constructor(kind, { seconds = 0, reason = "" } = {}) {
    super(kind);
    this.kind = kind;
    this.seconds = seconds;
    this.reason = reason;
  }
}

/**
 * The JSON answer of a route. Throws a Problem, or the AbortError of `signal`.
 * If the service needs a key, the page asks for the key and repeats the request.
 */
export async function ask(route, body, signal) {
  for (;;) {
    const key = storedKey();
    const { response, answer } = await send(route, body, signal, key);
    if (response.ok && answer !== null) return answer;
    if (response.status !== 401) throw problem(response, answer);
    const replaced = storedKey() !== key;
    if (!replaced && !(await askForKey(key !== null))) throw new Problem("locked");
  }
}

async function send(route, body, signal, key) {
  const timeout = AbortSignal.timeout(PATIENCE_MS);
  const request = {
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    credentials: "same-origin",
    cache: "no-store",
    keepalive: LASTING.has(route),
    headers: {},
  };
  if (key) request.headers["X-API-Key"] = key;
  if (body !== undefined) {
    request.method = "POST";
    request.headers["Content-Type"] = "application/json";
    request.body = JSON.stringify(body);
  }
  let response;
  let answer;
  try {
    response = await fetch(route, request);
    answer = await response.json();
  } catch (error) {
    if (signal?.aborted) throw error;
    if (timeout.aborted) throw new Problem("slow");
    if (!response) throw new Problem("offline");
    answer = null;
  }
  return { response, answer };
}

/** The Problem of an answer that is no success. */
export function problem(response, answer) {
  const seconds = Number(response.headers.get("Retry-After")) || 0;
  const refused = response.status >= 400 && response.status < 500;
  const kind = KINDS[response.status] ?? (refused && answer?.error ? "refused" : "broken");
  return new Problem(kind, { seconds, reason: answer?.error ?? "" });
}

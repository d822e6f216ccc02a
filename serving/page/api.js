// Requests to the service: an answer, or a Problem that the page explains in a sentence.

const PATIENCE_MS = 60_000;
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

/** The JSON answer of a route. Throws a Problem, or the AbortError of `signal`. */
export async function ask(route, body, signal) {
  const timeout = AbortSignal.timeout(PATIENCE_MS);
  const request = {
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    credentials: "same-origin",
    cache: "no-store",
  };
  if (body !== undefined) {
    request.method = "POST";
    request.headers = { "Content-Type": "application/json" };
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
  if (response.ok && answer !== null) return answer;
  throw problem(response, answer);
}

function problem(response, answer) {
  const seconds = Number(response.headers.get("Retry-After")) || 0;
  const refused = response.status >= 400 && response.status < 500;
  const kind = KINDS[response.status] ?? (refused && answer?.error ? "refused" : "broken");
  return new Problem(kind, { seconds, reason: answer?.error ?? "" });
}

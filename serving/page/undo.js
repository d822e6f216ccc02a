// An action that waits for some seconds, so that the user can undo it.

const WAIT_MS = 5_000;

let runWaiting = null;

/**
 * Runs `action` after the wait, unless `button` is pressed before. While the button has the keyboard's
 * focus, the action waits until the focus leaves. If the page is hidden, the action runs at once.
 */
export function runUnlessUndone(button, action) {
  const end = new AbortController();
  const run = () => {
    stop();
    action();
  };
  const timer = setTimeout(() => {
    if (!button.matches(":focus-visible")) run();
    else button.addEventListener("blur", run, { signal: end.signal });
  }, WAIT_MS);
  const hidden = () => document.hidden && run();
  button.addEventListener("click", stop, { signal: end.signal });
  document.addEventListener("visibilitychange", hidden, { signal: end.signal });
  runWaiting = run;

  function stop() {
    clearTimeout(timer);
    end.abort();
    runWaiting = null;
  }
}

/** Runs the waiting action at once. */
export function runWaitingAction() {
  runWaiting?.();
}

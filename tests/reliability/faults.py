"""Faults of the service, each with the test that finds it.

``python -m tests.reliability.faults`` injects each fault into a copy of the sources and runs its
test, which must fail. Names as arguments choose faults. The exit status is 1 if a test passed.
"""

import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from tests.support.reliability.injection import Fault, turns_red

FAULTS = (
    Fault(
        name="feedback-is-not-committed",
        file="serving/feedback/store.py",
        text="with self._engine.begin() as connection:",
        replacement="with self._engine.connect() as connection:",
        test="tests/integration/test_durability.py::test_answered_feedback_survives_kills",
    ),
    Fault(
        name="expired-texts-stay-in-the-queue",
        file="serving/prediction/batching.py",
        text="            request.waiting, request.tweets = 0, []\n",
        replacement="",
        test="tests/integration/test_overload.py::"
        "test_a_full_queue_is_a_503_and_abandoned_texts_leave_it",
    ),
)


def main(
    names: Annotated[
        list[str] | None, typer.Argument(help="Faults to inject; all if none is named.")
    ] = None,
) -> None:
    """Inject faults, one at a time, and tell which tests find them."""
    known = {fault.name: fault for fault in FAULTS}
    if unknown := set(names or ()) - set(known):
        raise typer.BadParameter(f"no fault is named {', '.join(sorted(unknown))}")
    green = 0
    for name in names or known:
        started = time.monotonic()
        with TemporaryDirectory() as folder:
            red = turns_red(known[name], Path(folder))
        green += not red
        seconds = time.monotonic() - started
        print(f"{'red' if red else 'GREEN'}  {name}: {known[name].test} ({seconds:.0f} s)")
    sys.exit(green > 0)


if __name__ == "__main__":
    typer.run(main)

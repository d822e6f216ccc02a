"""Faults of the service, each with the test that finds it.

``python -m tests.reliability.faults`` injects each fault into a copy of the sources and runs its
test, which must fail. Arguments name the faults to inject. The exit status is 1 if a test passed.
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
        name="workers-outlive-their-parent",
        file="serving/workers/parent_watch.py",
        text="    os.kill(os.getpid(), signal.SIGTERM)\n",
        replacement="",
        test="tests/reliability/test_killed_processes.py::"
        "test_workers_end_with_their_killed_parent_and_the_next_start_serves",
    ),
    Fault(
        name="lost-metrics-are-an-empty-page",
        file="serving/routes/metrics.py",
        text="if not all((folder",
        replacement="if False and not all((folder",
        test="tests/reliability/test_second_start.py::"
        "test_lost_metric_files_are_a_503_and_a_log_line",
    ),
    Fault(
        name="expired-texts-stay-in-the-queue",
        file="serving/prediction/batching.py",
        text="            request.waiting, request.tweets = 0, []\n",
        replacement="",
        test="tests/integration/test_overload.py::"
        "test_a_full_queue_is_a_503_and_abandoned_texts_leave_it",
    ),
    Fault(
        name="texts-of-lost-clients-are-predicted",
        file="serving/http/connection/protocol.py",
        text="        self._remote.leave()\n",
        replacement="",
        test="tests/reliability/test_disconnects.py::"
        "test_texts_of_clients_that_left_are_not_predicted",
    ),
    Fault(
        name="feedback-is-not-committed",
        file="serving/feedback/store.py",
        text="with engine.begin() as connection:",
        replacement="with engine.connect() as connection:",
        test="tests/integration/test_durability.py::test_answered_feedback_survives_kills",
    ),
    Fault(
        name="a-cut-off-body-is-executed",
        file="serving/http/connection/body.py",
        text="            raise ClientDisconnect\n        body +=",
        replacement="            break\n        body +=",
        test="tests/reliability/test_bodies.py::test_a_verdict_that_is_cut_off_is_not_stored",
    ),
    Fault(
        name="a-replaced-database-is-not-noticed",
        file="serving/feedback/sqlite_file.py",
        text="from sqlalchemy.pool import NullPool\n",
        replacement="from sqlalchemy.pool import QueuePool as NullPool\n",
        test="tests/reliability/test_lost_database.py::"
        "test_verdicts_go_to_the_file_that_replaced_the_database",
    ),
    Fault(
        name="every-worker-has-its-own-secret",
        file="serving/parent_process/instructions.py",
        text="        return self.secret\n",
        replacement="        return f'{self.secret} {os.getpid()}'\n",
        test="tests/reliability/test_second_start.py::"
        "test_a_lost_secret_changes_nothing_for_a_replaced_worker",
    ),
    Fault(
        name="errors-of-a-request-are-unbounded",
        file="serving/http/errors.py",
        text="in errors[:MOST_DETAILS]",
        replacement="in errors",
        test="tests/reliability/test_answers.py::test_an_invalid_request_gets_a_short_answer",
    ),
    Fault(
        name="a-text-gets-unbounded-verdicts",
        file="serving/feedback/bounds.py",
        text="_wait(connection, of_text, bounds.per_text, _DAY, now)",
        replacement="_wait(connection, of_text, bounds.per_client, _DAY, now)",
        test="tests/reliability/test_feedback_flood.py::"
        "test_a_flood_of_one_text_is_bounded_counts_once_and_is_erased_in_one_step",
    ),
    Fault(
        name="an-unreadable-key-is-a-500",
        file="serving/http/access/admin_key.py",
        text="except (binascii.Error, ValueError):",
        replacement="except KeyError:",
        test="tests/reliability/test_access.py::test_an_unreadable_authorization_is_a_401",
    ),
    Fault(
        name="the-supervisor-takes-commands",
        file="serving/parent_process/preparation.py",
        text="        close_control_sockets()\n",
        replacement="",
        test="tests/reliability/test_local_access.py::"
        "test_no_port_takes_a_command_of_the_supervisor",
    ),
    Fault(
        name="texts-are-kept-without-consent",
        file="serving/routes/feedback.py",
        text="body.text is not None and body.consent:",
        replacement="body.text is not None:",
        test="tests/integration/test_feedback.py::"
        "test_the_text_is_kept_only_with_consent_and_scrubbed",
    ),
    Fault(
        name="signatures-are-not-verified",
        file="models/artifacts/signature.py",
        text="        config.verify(folder, folder / SIGNATURE)\n",
        replacement="        pass\n",
        test="tests/reliability/test_signatures.py::"
        "test_a_champion_that_an_attacker_signed_is_refused",
    ),
)


def main(
    names: Annotated[
        list[str] | None, typer.Argument(help="Faults to inject; all if none is named.")
    ] = None,
) -> None:
    """Inject faults, one at a time, and report whether the test of each fault fails."""
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

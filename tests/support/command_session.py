"""Several commands of ``python -m training`` in one process, which imports the libraries once."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from tests.support.champions import REPOSITORY, Workplace

_SCRIPT = """
import contextlib, io, json, sys
from training import cli
outcomes = []
for arguments in json.loads(sys.argv[1]):
    sys.argv = ["training", *arguments]
    out, err, code = io.StringIO(), io.StringIO(), 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            cli.main()
        except SystemExit as end:
            code = end.code or 0
    outcomes.append([code, out.getvalue(), err.getvalue()])
print("\\n" + json.dumps(outcomes))
"""


@dataclass(frozen=True)
class Outcome:
    """The end of a command. ``error``: the last line of its standard error."""

    code: int
    output: str
    error: str


def run_commands(workplace: Workplace, *commands: Sequence[str]) -> list[Outcome]:
    """Run the commands in a workplace, in their order. The columns of tables are not cut short."""
    finished = subprocess.run(
        [sys.executable, "-c", _SCRIPT, json.dumps(commands)],
        cwd=workplace.folder,
        env={**workplace.environment, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=True,
    )
    return [
        Outcome(code, output, (errors.strip().splitlines() or [""])[-1])
        for code, output, errors in json.loads(finished.stdout.splitlines()[-1])
    ]

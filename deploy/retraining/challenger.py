"""Train and judge a challenger for the workflow ``retrain``.

``python -m deploy.retraining.challenger REPORT`` reads ``FAMILY``, the tracking of
``MLFLOW_TRACKING_URI`` and the feedback of ``SENTIMENT_DATABASE_URL``. The program takes the
champion from MLflow's registry, retrains it, and leaves the gate's report in REPORT. The log may be
public: neither the log nor the report may quote a feedback text.
"""

import os
import subprocess
import sys
from pathlib import Path

from deploy.retraining.quotations import quotes
from models.registry import FAMILIES
from training.errors import TrainingError
from training.reports.kept_feedback import read_kept_feedback

# Exit codes of the command: the challenger stands, the gate refused the challenger.
JUDGEMENTS = {0: "passed", 3: "refused"}
_REQUIRED = {
    "MLFLOW_TRACKING_URI": "the registry that has the champion",
    "SENTIMENT_DATABASE_URL": "the feedback database (the secret FEEDBACK_DATABASE_URL)",
}


def main(family: str, report: Path) -> str:
    """Returns the judgement. Raises ``SystemExit`` if no challenger was judged."""
    report.parent.mkdir(parents=True, exist_ok=True)
    report.unlink(missing_ok=True)
    if family not in FAMILIES:
        raise SystemExit(f"FAMILY is none of {', '.join(FAMILIES)}")
    for name, meaning in _REQUIRED.items():
        if not os.environ.get(name):
            raise SystemExit(f"{name} is not set: {meaning}")
    try:
        texts = read_kept_feedback(os.environ["SENTIMENT_DATABASE_URL"], family).texts
    except TrainingError as error:
        raise SystemExit(str(error)) from error
    code, output = _training("promote", family, "--run", "champion")
    if code == 0:
        code, more = _training("retrain", family, "--report", str(report))
        output += more
    written = report.read_text("utf-8") if report.exists() else ""
    if quotes(output + written, texts):
        report.unlink(missing_ok=True)
        raise SystemExit("the log or the report quotes a feedback text: both are withheld")
    sys.stderr.write(output)
    if code not in JUDGEMENTS or not written:
        raise SystemExit(f"there is no judgement: python -m training ended with the code {code}")
    return JUDGEMENTS[code]


def _training(*arguments: str) -> tuple[int, str]:
    """Exit code and output of ``python -m training``."""
    outcome = subprocess.run(
        [sys.executable, "-m", "training", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return outcome.returncode, outcome.stdout


if __name__ == "__main__":
    judgement = main(os.environ.get("FAMILY", ""), Path(sys.argv[1]))
    # GitHub reads the outputs of a step from this file.
    if outputs := os.environ.get("GITHUB_OUTPUT"):
        with Path(outputs).open("a", encoding="utf-8") as file:
            file.write(f"judgement={judgement}\n")
    sys.stdout.write(f"the gate {judgement} the challenger\n")

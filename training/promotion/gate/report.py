"""The gate's report: its table as Markdown and as JSON."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from mlflow import MlflowClient

from models.artifacts.store import Alias
from training.markdown import markdown_table
from training.promotion.gate.verdict import Verdict

HEADINGS = ("check", "candidate", "champion", "bound", "outcome")


def markdown_report(verdict: Verdict) -> str:
    """The table, and a sentence for each check that failed or was not judged."""
    names = f"run `{verdict.run_id[:8]}`"
    names += (
        f" against the champion, run `{verdict.champion_run_id[:8]}`"
        if verdict.champion_run_id
        else ", without a champion"
    )
    table = markdown_table(HEADINGS, [check.cells for check in verdict.checks])
    notes = [
        f"- **{check.name}** {check.outcome}: {check.note}."
        for check in verdict.checks
        if check.outcome != "passed"
    ]
    state = "passed" if verdict.passed else "refused"
    lines = [f"# The gate {state}: {verdict.family}", "", f"The {names}.", "", table]
    return "\n".join([*lines, "", *notes, ""] if notes else [*lines, ""])


def json_report(verdict: Verdict) -> dict[str, Any]:
    """The verdict as plain values."""
    return {
        "family": verdict.family,
        "run_id": verdict.run_id,
        "champion_run_id": verdict.champion_run_id,
        "passed": verdict.passed,
        "checks": [
            {name: value for name, value in asdict(check).items() if name != "form"}
            for check in verdict.checks
        ],
    }


def log_report(client: MlflowClient, verdict: Verdict, alias: Alias) -> None:
    """Log both forms as artifacts of the candidate's run, below ``gate/``."""
    content = json.dumps(json_report(verdict), indent=1, ensure_ascii=False)
    client.log_text(verdict.run_id, markdown_report(verdict), f"gate/{alias}.md")
    client.log_text(verdict.run_id, content + "\n", f"gate/{alias}.json")


def write_report(verdict: Verdict, path: Path) -> None:
    """Write the report into a file: JSON if its name ends with ``.json``, else Markdown."""
    if path.suffix == ".json":
        content = json.dumps(json_report(verdict), indent=1, ensure_ascii=False) + "\n"
    else:
        content = markdown_report(verdict)
    path.write_text(content, encoding="utf-8")

"""Documents of results that outlive the tracking store they came from."""

import csv
from dataclasses import dataclass
from pathlib import Path

import pytest
from mlflow import MlflowClient
from mlflow.entities import Run

from models.confidence.promise import PROMISE
from tests.support.champions import Workplace
from tests.support.invented_tweets import newest_run, write_tweets
from training.behaviour.cases import KINDS
from training.behaviour.rates import KindRate
from training.reliability.kept import keep

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SADeprecationWarning")


@dataclass(frozen=True)
class Reported:
    """A run and a grid reported on one machine, and a run on a later one that lacks both."""

    machine: Workplace
    docs: Path
    first: Run
    grid: Run
    second: Run
    unreported: Run


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Reported:
    machine, later = (Workplace(tmp_path_factory.mktemp(name)) for name in ("machine", "later"))
    docs = ("--folder", str(machine.folder / "docs"))
    (machine.folder / "docs").mkdir()
    rates = dict.fromkeys(KINDS, KindRate(cases=40, correct=31, confident_mistakes=2))
    keep(machine.folder / "docs", {"baseline": rates}, PROMISE)
    data = ("--data", "tweets.csv")
    for workplace in (machine, later):
        write_tweets(workplace.folder / "tweets.csv", mislabelled=0.2, seed=9, rows=900)

    def client_of(workplace: Workplace) -> MlflowClient:
        return MlflowClient(workplace.environment["MLFLOW_TRACKING_URI"])

    machine.training("train", "baseline", *data)
    first = newest_run(client_of(machine))
    machine.training("grid", *data)
    experiment = client_of(machine).get_experiment_by_name("tweet-sentiment")
    assert experiment is not None
    (grid,) = (
        run
        for run in client_of(machine).search_runs([experiment.experiment_id])
        if run.data.tags["family"] == "grid" and "mlflow.parentRunId" not in run.data.tags
    )
    machine.training("report", first.info.run_id[:8], grid.info.run_id[:8], *docs)

    later.training("train", "baseline", *data, "--c", "0.01")
    second = newest_run(client_of(later))
    later.training("report", second.info.run_id[:8], *docs)
    later.training("train", "baseline", *data, "--c", "0.02")
    later.training("report", *docs)
    unreported = newest_run(client_of(later))
    return Reported(machine, machine.folder / "docs", first, grid, second, unreported)


def rows(reported: Reported) -> dict[str, dict[str, str]]:
    with (reported.docs / "results" / "runs.csv").open(newline="") as file:
        return {row["run_id"]: row for row in csv.DictReader(file)}


def test_runs_of_an_earlier_machine_are_kept(reported: Reported) -> None:
    kept = rows(reported)
    for run in (reported.first, reported.second):
        row = kept[run.info.run_id]
        assert row["test_digest"] == run.data.tags["test_digest"]
        assert row["command"].startswith("python -m training train baseline --data tweets.csv")
        assert float(row["metric.test_roc_auc"]) == pytest.approx(
            run.data.metrics["test_roc_auc"], rel=1e-5
        )
    assert reported.unreported.info.run_id not in kept
    children = [row for row in kept.values() if row["parent"] == reported.grid.info.run_id]
    assert len(children) == 8


def test_the_table_has_the_figures_of_every_reported_run(reported: Reported) -> None:
    results = (reported.docs / "results.md").read_text()
    for run in (reported.first, reported.second):
        (row,) = (
            line
            for line in results.splitlines()
            if f"`{run.info.run_id[:8]}`" in line and "training" not in line and " s |" in line
        )
        metrics = run.data.metrics
        for name in ("test_accuracy_at_half", "test_roc_auc", "test_precision_at_recall_778"):
            figures = (metrics[name], metrics[f"{name}_low"], metrics[f"{name}_high"])
            assert "{:.3f} [{:.3f}, {:.3f}]".format(*figures) in row
    assert "random forest" in results
    assert f"{reported.grid.data.metrics['peak_memory_gib']:.1f} GiB" in results


def test_the_preferred_run_stands_beside_the_aims(reported: Reported) -> None:
    results = (reported.docs / "results.md").read_text()
    (row,) = (
        line
        for line in results.splitlines()
        if line.endswith(("| yes |", "| no |")) and "| ROC-AUC | 0.850 | 0.895 |" in line
    )
    (run,) = (run for run in (reported.first, reported.second) if run.info.run_id[:8] in row)
    reached = run.data.metrics["test_roc_auc"] >= 0.895
    assert row.endswith("| yes |") == reached


def test_cards_tell_what_and_on_what(reported: Reported) -> None:
    card = (reported.docs / "model_card.md").read_text()
    preferred = max(
        (reported.first, reported.second),
        key=lambda run: run.data.metrics["val_precision_at_recall_80"],
    )
    assert f"`{preferred.info.run_id[:8]}`" in card
    assert "of 40 cases the models get 31 (baseline) right, and 2 of the others" in card
    assert "assumes that 25 % of the tweets are positive" in card
    data = (reported.docs / "data_card.md").read_text()
    assert reported.first.data.tags["test_digest"][:16] in data


def test_pictures_are_drawn(reported: Reported) -> None:
    for name in ("precision_recall.png", "reliability.png"):
        assert (reported.docs / "results" / name).stat().st_size > 5000


def test_no_tweet_is_kept(reported: Reported) -> None:
    documents = [
        path for path in reported.docs.rglob("*") if path.suffix in (".md", ".csv", ".json")
    ]
    assert len(documents) >= 5
    for path in documents:
        assert "of flight" not in path.read_text()


def test_a_card_counts_no_cases_before_they_were_judged(reported: Reported, tmp_path: Path) -> None:
    run_id = reported.first.info.run_id[:8]
    reported.machine.training("report", run_id, "--folder", str(tmp_path))
    card = (tmp_path / "model_card.md").read_text()
    assert "**Sarcasm**" not in card
    assert "**Language moves on.**" in card


def test_a_run_whose_artifacts_are_gone_is_refused(reported: Reported) -> None:
    run_id = reported.first.info.run_id
    (analysis,) = reported.machine.folder.glob(f"mlruns/*/{run_id}/artifacts/analysis.json")
    analysis.unlink()
    before = (reported.docs / "results" / "runs.csv").read_text()
    outcome = reported.machine.training("report", run_id[:8], check=False)
    assert outcome.returncode == 2
    (line,) = outcome.stderr.splitlines()
    assert f"the run {run_id[:8]} cannot be reported: it has no analysis.json" in line
    assert (reported.docs / "results" / "runs.csv").read_text() == before


def test_a_report_of_nothing_is_told(workplace: Workplace) -> None:
    outcome = workplace.training("report", check=False)
    assert outcome.returncode == 2
    assert "no run was reported before" in outcome.stderr

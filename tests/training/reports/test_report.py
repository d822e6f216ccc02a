"""Documents of results that outlive the tracking store they came from."""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from mlflow import MlflowClient
from mlflow.entities import Run

from models.confidence.promise import PROMISE
from tests.support.champions import Workplace
from tests.support.invented_tweets import all_runs, newest_run, write_tweets
from training.behaviour.cases import KINDS
from training.behaviour.rates import KindRate
from training.reliability.figures_file import keep
from training.reports.report import largest
from training.reports.report_pictures import draw_precision_recalls, draw_reliabilities
from training.reports.reported_runs import ReportedRun, read_runs

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SADeprecationWarning")


@dataclass(frozen=True)
class Reported:
    """A run and a grid reported on one machine, then a run on another tracking store."""

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
    (grid,) = (
        run
        for run in all_runs(client_of(machine))
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


def test_the_best_run_is_compared_with_the_aims(reported: Reported) -> None:
    results = (reported.docs / "results.md").read_text()
    (row,) = (
        line
        for line in results.splitlines()
        if line.endswith(("| yes |", "| no |")) and "| ROC-AUC | 0.850 | 0.895 |" in line
    )
    (run,) = (run for run in (reported.first, reported.second) if run.info.run_id[:8] in row)
    reached = run.data.metrics["test_roc_auc"] >= 0.895
    assert row.endswith("| yes |") == reached


def test_cards_name_the_best_run_and_the_test_rows(reported: Reported) -> None:
    card = (reported.docs / "model_card.md").read_text()
    preferred = max(
        (reported.first, reported.second),
        key=lambda run: run.data.metrics["val_precision_at_recall_80"],
    )
    assert f"`{preferred.info.run_id[:8]}`" in card
    assert "Of 40 cases they label 31 (baseline) correctly" in card
    assert "correctly; 2 of the other answers are confident" in card
    assert "assumes that 25 % of the tweets are positive" in card
    data = (reported.docs / "data_card.md").read_text()
    assert reported.first.data.tags["test_digest"][:16] in data


def test_training_rows_are_compared_as_numbers() -> None:
    sizes = ("2539", "17543", "9000")
    runs = [ReportedRun(size, {}, {"train_rows": size}, {}, None) for size in sizes]
    assert largest(runs).run_id == "17543"


def test_pictures_have_the_curves_of_the_best_runs(reported: Reported) -> None:
    runs = {run.run_id: run for run in read_runs(reported.docs / "results")}
    run = runs[reported.first.info.run_id]
    assert run.analysis is not None
    for draw, name, columns in (
        (draw_precision_recalls, "precision_recall", ("recall", "precision")),
        (draw_reliabilities, "reliability", ("probability", "positive")),
    ):
        (axes,) = draw({"baseline": run}).axes
        (line,) = (
            line
            for line in axes.lines
            if line.get_label() == "baseline (tfidf-logistic-regression)"
        )
        curve = np.array([run.analysis[name][column] for column in columns])
        np.testing.assert_array_equal(np.asarray(line.get_xydata()).T, curve)
        assert (reported.docs / "results" / f"{name}.png").exists()


def test_no_tweet_is_kept(reported: Reported) -> None:
    documents = [
        path for path in reported.docs.rglob("*") if path.suffix in (".md", ".csv", ".json")
    ]
    assert len(documents) >= 5
    for path in documents:
        assert "of flight" not in path.read_text()


def test_a_card_has_no_counts_before_the_reliability_command_ran(
    reported: Reported, tmp_path: Path
) -> None:
    run_id = reported.first.info.run_id[:8]
    reported.machine.training("report", run_id, "--folder", str(tmp_path))
    card = (tmp_path / "model_card.md").read_text()
    assert "**Sarcasm.**" not in card
    assert "**Language changes.**" in card


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


def test_a_report_without_runs_is_an_error(workplace: Workplace) -> None:
    outcome = workplace.training("report", check=False)
    assert outcome.returncode == 2
    assert "no run was reported before" in outcome.stderr

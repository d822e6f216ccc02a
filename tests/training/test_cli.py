import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from models.registry import FAMILIES
from tests.support.champions import REPOSITORY, Workplace

ROW = '"4","1","date","NO_QUERY","anna","The crew was lovely"\n'


def _missing(folder: Path) -> Path:
    return folder / "nowhere.csv"


def _other_layout(folder: Path) -> Path:
    path = folder / "other.csv"
    path.write_text("text,label\nlovely crew,1\n")
    return path


def _truncated_zip(folder: Path) -> Path:
    path = folder / "tweets.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("tweets.csv", ROW * 1000)
    path.write_bytes(path.read_bytes()[:20_000])
    return path


@pytest.mark.parametrize("make", [_missing, _other_layout, _truncated_zip])
def test_unreadable_data_is_one_error_line_and_exit_code_2(
    make: Callable[[Path], Path], workplace: Workplace, tmp_path: Path
) -> None:
    path = make(tmp_path)
    outcome = workplace.training("train", "baseline", "--data", str(path), check=False)
    assert outcome.returncode == 2
    (line,) = outcome.stderr.splitlines()
    assert line.startswith("error: ")
    assert str(path) in line
    assert outcome.stdout == ""


def test_promoting_without_a_run_is_one_error_line_and_exit_code_2(workplace: Workplace) -> None:
    outcome = workplace.training("promote", "baseline", check=False)
    assert outcome.returncode == 2
    (line,) = outcome.stderr.splitlines()
    assert line.startswith("error: no finished run of baseline: train one")
    assert not (workplace.home / "models" / "sentiment-baseline").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["train", "nonesuch"], "nonesuch"),
        (["promote", "nonesuch"], "choose one of baseline, lstm, distilbert"),
        (["train", "baseline", "--c", "-1"], "--c: Input should be greater than 0"),
        (["train", "lstm", "--dropout", "much"], "--dropout"),
        (["train", "baseline", "--sample", "10"], "--sample"),
        (["train", "baseline", "--promised-share", "1"], "--promised-share"),
        (["train", "baseline", "--distant-label", "0.4"], "--distant-label"),
        (["reliability", "left-out", "nonesuch"], "choose one of baseline, lstm, distilbert"),
    ],
)
def test_an_invalid_argument_is_an_error_message_and_exit_code_2(
    arguments: list[str], message: str, workplace: Workplace
) -> None:
    outcome = workplace.training(*arguments, check=False)
    assert outcome.returncode == 2
    assert message in outcome.stderr
    assert "Traceback" not in outcome.stderr


@pytest.mark.parametrize("family", FAMILIES)
def test_help_lists_the_options_of_the_family(family: str, workplace: Workplace) -> None:
    shown = workplace.training("train", family, "--help").stdout
    own = FAMILIES[family].options.model_fields
    assert own
    common = ["data", "train_only", "sample", "seed", "rated_weight", "promised_precision"]
    for name in [*common, *own]:
        assert f"--{name.replace('_', '-')} " in shown
    of_others = {
        name
        for other in FAMILIES.values()
        for name in other.options.model_fields
        if name not in own
    }
    assert not [name for name in of_others if f"--{name.replace('_', '-')} " in shown]


def test_help_lists_the_commands(workplace: Workplace) -> None:
    shown = workplace.training("--help").stdout
    listed = {line.split()[0] for line in shown.split("Commands:")[1].splitlines() if line.split()}
    assert {
        *("train", "tune", "grid", "evaluate", "promote", "runs", "results", "report"),
        *("bootstrap", "drift", "reliability"),
    } <= listed


def test_help_loads_no_library_of_machine_learning(workplace: Workplace) -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, training.cli; print(*sys.modules)"],
        env={**workplace.environment, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert "training.commands.train" in loaded
    heavy = {
        "bentoml",
        "keras",
        "matplotlib",
        "mlflow",
        "optuna",
        "pandas",
        "sklearn",
        "tensorflow",
    }
    assert {name.partition(".")[0] for name in loaded}.isdisjoint({*heavy, "torch", "transformers"})


def test_bootstrap_refuses_an_unknown_family(workplace: Workplace) -> None:
    outcome = workplace.training("bootstrap", "nosuch", check=False)
    assert outcome.returncode == 2
    assert "nosuch" in outcome.stderr
    assert "baseline" in outcome.stderr


def test_bootstrap_of_stored_champions_trains_nothing(trained: Workplace) -> None:
    shown = trained.training("bootstrap").stdout
    assert shown == "the model store has a champion of baseline, lstm, distilbert\n"


def test_bootstrap_ends_with_the_results_the_page_and_the_next_step(workplace: Workplace) -> None:
    outcome = workplace.training("bootstrap", "baseline", "--page", "http://127.0.0.1:3911/ui")
    progress, summary = outcome.stdout.split("new champions")
    assert "baseline (tfidf-logistic-regression): ROC-AUC" in progress
    assert "Warning" not in outcome.stdout + outcome.stderr
    assert "precision at recall 80" in summary
    assert workplace.champion("baseline").name in summary
    assert "http://127.0.0.1:3911/ui" in summary
    assert "python -m training train --help" in summary
    assert all(line.startswith("baseline: epoch") for line in outcome.stderr.split("\n") if line)

"""``python -m training export``: the exported folder runs without this project."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from models.artifacts.folder import load_model
from models.reader_shares import positive_probability
from tests.support.champions import Workplace

TEXTS = [
    "The crew was lovely, thank you!",
    "@AirParadis two hours late &amp; no word :( https://example.org/x #worstFlightEver",
    "\U0001f621\U0001f621\U0001f621",
    "\U0001f469\U0001f3fd\u200d\u2708\ufe0f sooooo goooood \u2764\ufe0f",
    "Vol annulé, aucune information, service catastrophique. Plus jamais !",
    "航班延误五个小时\uff0c服务太差了",
    "الرحلة متأخرة",
    "I \U0001d421\U0001d41a\U0001d42d\U0001d41e this airline, the \u0441rew wasn\u00b4t kind",
    "late again " * 90,
]


@pytest.mark.parametrize("family", ["distilbert", "lstm"])
def test_the_example_has_the_probabilities_of_the_service_without_the_project(
    family: str, trained: Workplace, tmp_path: Path
) -> None:
    folder, elsewhere = tmp_path / "exported été", tmp_path / "elsewhere"
    elsewhere.mkdir()
    shown = trained.training("export", family, str(folder)).stdout
    assert f"python {folder}/example.py" in shown
    outcome = subprocess.run(
        # Isolated: neither the working folder nor PYTHONPATH is searched for modules.
        [sys.executable, "-I", str(folder / "example.py"), *TEXTS],
        cwd=elsewhere,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    answers = [json.loads(line) for line in outcome.stdout.splitlines()]
    manifest, scorer = load_model(trained.champion(family), "onnx")
    expected = positive_probability(scorer.score(TEXTS)).tolist()
    assert [answer["text"] for answer in answers] == TEXTS
    assert [answer["probability"] for answer in answers] == pytest.approx(expected, abs=1e-3)
    positive = [manifest.decision.is_positive(probability) for probability in expected]
    assert [answer["label"] == "positive" for answer in answers] == positive


def test_the_example_needs_the_packages_of_its_requirements_alone(
    trained: Workplace, tmp_path: Path
) -> None:
    trained.training("export", "lstm", str(tmp_path / "lstm"))
    listing = "import sys; sys.argv = sys.argv[1:]; import runpy; runpy.run_path(sys.argv[0]); "
    listing += "print(sorted({name.partition('.')[0] for name in sys.modules}))"
    outcome = subprocess.run(
        [sys.executable, "-I", "-c", listing, str(tmp_path / "lstm" / "example.py"), TEXTS[3]],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = outcome.stdout.splitlines()[-1]
    assert "'onnxruntime'" in loaded
    for name in ("bentoml", "mlflow", "training", "serving", "torch", "tensorflow", "pydantic"):
        assert f"'{name}'" not in loaded


def test_a_family_without_a_graph_and_a_full_folder_are_one_error_line(
    trained: Workplace, tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").touch()
    for arguments, message in (
        (("baseline", str(tmp_path / "new")), "error: baseline has no ONNX graph"),
        (("lstm", str(tmp_path)), f"error: {tmp_path} holds files: name a new or an empty folder"),
    ):
        outcome = trained.training("export", *arguments, check=False)
        assert outcome.returncode == 2
        (line,) = outcome.stderr.splitlines()
        assert line.startswith(message)
    assert not (tmp_path / "new").exists()
    shutil.rmtree(tmp_path)

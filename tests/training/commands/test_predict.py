"""``python -m training predict`` against the answers of a running server."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.champions import REPOSITORY, Workplace
from tests.support.servers import StartServer

TEXTS = [
    "The crew was lovely, thank you!",
    "Two hours late and nobody tells us why.",
    "\U0001f621\U0001f621\U0001f621",
    "Vol annulé, aucune information, service catastrophique. Plus jamais !",
    "航班延误五个小时\uff0c服务太差了",
    "I \U0001d421\U0001d41a\U0001d42d\U0001d41e this airline",
    "@AirParadis",
    "My seat [b]in row 23[/b] wasn\u00b4t clean, see airparadis.com/seats",
]


def test_the_answers_are_those_of_the_server(
    trained: Workplace, start_module_server: StartServer, tmp_path: Path
) -> None:
    server = start_module_server(models="baseline", runners="inline")
    with server.client() as client:
        answer = client.post("/predict_batch", json={"texts": TEXTS, "model": "baseline"})
    expected = answer.raise_for_status().json()["predictions"]
    (tmp_path / "tweets.jsonl").write_text(
        "".join(json.dumps({"n": n, "text": text}) + "\n" for n, text in enumerate(TEXTS[2:]))
    )
    outcome = subprocess.run(
        [
            *(sys.executable, "-m", "training", "predict", "--model", "baseline", "--json"),
            *(TEXTS[0], "-", "tweets.jsonl"),
        ],
        input=f"{TEXTS[1]}\n",
        cwd=tmp_path,
        env={**trained.environment, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    found = [json.loads(line) for line in outcome.stdout.splitlines()]
    assert [answer.pop("text") for answer in found] == TEXTS
    for ours, theirs in zip(found, expected, strict=True):
        assert list(ours) == list(theirs)
        assert ours["probability"] == pytest.approx(theirs["probability"], abs=1e-3)
        assert ours["readers"] == pytest.approx(theirs["readers"], abs=1e-3)
        assert ours["prediction_id"] is None
        for name in ("label", "confident", "doubt", "model", "explanation"):
            assert ours[name] == theirs[name]


def test_a_table_is_printed_by_default(trained: Workplace) -> None:
    outcome = trained.training("predict", "--model", "baseline", TEXTS[0], TEXTS[7])
    (first, second) = [line for line in outcome.stdout.splitlines() if "%" in line]
    assert TEXTS[0] in first
    assert "positive" in first
    assert "My seat [b]in row 23[/b]" in second


@pytest.mark.parametrize(
    ("home", "message"),
    [
        ("", "error: BENTOML_HOME is empty: set it to the folder of the model store"),
        ("/proc/nowhere", "error: /proc/nowhere: No such file or directory: give yourself write"),
        ("{empty}", "error: baseline has no champion in the model store: python -m training boots"),
    ],
)
def test_a_model_store_that_cannot_be_used_is_one_error_line(
    home: str, message: str, trained: Workplace, tmp_path: Path
) -> None:
    outcome = subprocess.run(
        [sys.executable, "-m", "training", "predict", "--model", "baseline", "late again"],
        cwd=tmp_path,
        env={
            **trained.environment,
            "PYTHONPATH": str(REPOSITORY),
            "BENTOML_HOME": home.format(empty=tmp_path / "empty"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 2
    (line,) = outcome.stderr.splitlines()
    assert line.startswith(message)

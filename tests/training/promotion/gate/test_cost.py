"""Checks of cost: latency, memory and size. No test asserts a speed of this machine."""

from pathlib import Path

import pytest

from models.artifacts.folder import load_model
from tests.training.promotion.gate.conftest import Data
from training.errors import PromotionError
from training.promotion.gate.check import NO_CHAMPION
from training.promotion.gate.contestant import Contestant
from training.promotion.gate.cost import _check, cost_checks, median_latencies
from training.promotion.gate.process_memory import measured_bytes, started_measurements


def test_each_figure_is_measured_for_both_models(data: Data, good: Contestant) -> None:
    with started_measurements([good.folder, good.folder]) as memory:
        checks = cost_checks(good.folder, good.folder, data.held_out.texts[:30], memory)
    latency, used, size = checks
    assert (latency.candidate or 0) > 0
    # A Python process with numpy and a model, in megabytes.
    assert 20 < (used.candidate or 0) < 1000
    assert used.outcome == "passed"
    assert size.candidate == size.champion
    assert size.outcome == "passed"


def test_a_figure_above_its_ratio_fails_and_names_both_figures() -> None:
    failed = _check("latency, median of one text", [3.2, 2.0], 1.5, "{:.2f} ms")
    assert failed.outcome == "failed"
    assert failed.bound == "≤ 3.00 ms (1.5 times the champion's)"
    assert failed.note.startswith("3.20 ms, 1.6 times the champion's 2.00 ms: choose smaller")
    assert _check("size", [2.9, 2.0], 1.5, "{:.1f}").outcome == "passed"
    alone = _check("size", [2.9], 1.5, "{:.1f}")
    assert (alone.outcome, alone.note) == ("not judged", NO_CHAMPION)


def test_latencies_are_in_the_order_of_the_scorers(data: Data, good: Contestant) -> None:
    texts = data.held_out.texts[:12]
    scorer = load_model(good.folder, "onnx", threads=1)[1]
    assert len(median_latencies([scorer, scorer], texts)) == 2


def test_a_folder_without_a_model_is_one_line(tmp_path: Path) -> None:
    with (
        started_measurements([tmp_path]) as (process,),
        pytest.raises(PromotionError, match=r"memory cannot be measured: .*holds no model"),
    ):
        measured_bytes(process)

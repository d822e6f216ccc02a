import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
from sklearn.metrics import roc_auc_score

from models.artifacts.folder import load_model
from models.artifacts.manifest import ModelFolderError, check_model, update_files
from models.reader_shares import positive_probability
from tests.support.champions import REPOSITORY, Workplace
from training.data.splits import Splits
from training.promotion.quantization import (
    Bounds,
    Quantization,
    _measure,
    embedded_splits,
    quantize_within,
)

LOOSE = Bounds(difference=0.5, roc_auc_loss=0.05)


@pytest.fixture(scope="module")
def splits() -> Splits:
    return embedded_splits()


@pytest.fixture(scope="module")
def exact(trained: Workplace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The transformer's folder, without 8-bit weights."""
    folder = tmp_path_factory.mktemp("exact") / "model"
    shutil.copytree(trained.champion("distilbert"), folder)
    (folder / "weights" / "network.int8.onnx").unlink(missing_ok=True)
    update_files(folder)
    return folder


@pytest.fixture(scope="module")
def quantized(exact: Path, splits: Splits) -> tuple[Path, Quantization]:
    """The same with 8-bit weights within loose bounds, and their measured changes."""
    folder = Path(shutil.copytree(exact, exact.parent / "quantized"))
    found = quantize_within(LOOSE, folder, lambda: splits)
    assert found is not None
    return folder, found


def test_most_products_are_of_8_bit_integers(quantized: tuple[Path, Quantization]) -> None:
    folder, _ = quantized
    graph = onnx.load(folder / "weights" / "network.int8.onnx").graph
    operators = [node.op_type for node in graph.node]
    assert operators.count("MatMulInteger") >= 18
    # Channels of large values are multiplied in float32.
    assert any(node.op_type == "Gather" and "apart" in node.name for node in graph.node)


def test_the_measured_changes_are_those_of_the_scores(
    exact: Path, quantized: tuple[Path, Quantization], splits: Splits
) -> None:
    folder, found = quantized
    assert found.serves
    assert found.texts > len(splits.validation.texts) + 200
    texts, labels = splits.validation.texts, splits.validation.labels
    before, after = (load_model(path, "onnx")[1].score(texts) for path in (exact, folder))
    # The labelled texts are 544 of about 800.
    differences = np.abs(after - before).max(axis=1)
    assert np.percentile(differences, 90) < found.difference <= 1.5 * differences.max()
    loss = roc_auc_score(labels, positive_probability(before)) - roc_auc_score(
        labels, positive_probability(after)
    )
    assert found.roc_auc_loss == pytest.approx(loss, abs=1e-6)


def test_the_score_of_a_text_does_not_depend_on_its_batch(
    quantized: tuple[Path, Quantization], splits: Splits
) -> None:
    folder, _ = quantized
    _, scorer = load_model(folder, "onnx")
    texts = splits.test.texts[:20]
    alone = np.concatenate([scorer.score([text]) for text in texts])
    np.testing.assert_allclose(scorer.score(texts), alone, atol=1e-6)


def test_a_changed_file_of_8_bit_weights_is_refused(
    quantized: tuple[Path, Quantization], tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(quantized[0], tmp_path / "model"))
    check_model(folder)
    with (folder / "weights" / "network.int8.onnx").open("ab") as file:
        file.write(b"\0")
    with pytest.raises(ModelFolderError, match="was changed after training"):
        check_model(folder)


@pytest.mark.parametrize("bounds", [Bounds(difference=1e-6), Bounds(0.5, roc_auc_loss=-1)])
def test_float32_serves_where_8_bit_weights_exceed_the_bounds(
    exact: Path, splits: Splits, tmp_path: Path, bounds: Bounds
) -> None:
    folder = Path(shutil.copytree(exact, tmp_path / "model"))
    manifest = json.loads((folder / "manifest.json").read_text())
    found = quantize_within(bounds, folder, lambda: splits)
    assert found is not None
    assert not found.serves
    assert str(found).startswith("float32 serves: in 8 bits")
    assert json.loads((folder / "manifest.json").read_text()) == manifest
    check_model(folder)


def test_8_bit_weights_that_onnx_runtime_cannot_run_are_not_served(
    quantized: tuple[Path, Quantization], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = Path(shutil.copytree(quantized[0], tmp_path / "model"))
    (folder / "weights" / "network.int8.onnx").write_bytes(b"\x08not a network")
    update_files(folder)
    exact = np.full((2, 3), 1 / 3, dtype=np.float32)
    labels = np.array([0, 1], dtype=np.int8)
    found = _measure(exact, folder, ["late again", "lovely crew"], labels, LOOSE)
    assert not found.serves
    assert str(found) == "float32 serves: the network was not quantized"
    assert "the quantized network cannot be run: ONNX Runtime cannot run" in caplog.text


def test_a_family_without_8_bit_weights_is_left_as_it_is(
    trained: Workplace, splits: Splits
) -> None:
    assert quantize_within(LOOSE, trained.champion("baseline"), lambda: splits) is None


_PROMOTE = """
from training.promotion.promote import promote
from training.promotion.quantization import Bounds
from training.tracking.mlflow_runs import connect
from training.tracking.run_search import finished_runs
run, *_ = finished_runs(connect(), "distilbert")
for _ in range(2):
    promotion = promote(run, "distilbert", Bounds(0.5, 0.05), force="bounds of a test")
    print(promotion.changed, promotion.quantization)
"""


def test_promotion_puts_8_bit_weights_into_the_store(trained: Workplace, tmp_path: Path) -> None:
    shutil.copy(trained.folder / "mlflow.db", tmp_path)
    shutil.copytree(trained.home, tmp_path / "bentoml")
    workplace = Workplace(tmp_path)
    # A champion of an earlier version has no 8-bit weights.
    shutil.rmtree(workplace.home / "models" / "sentiment-distilbert")
    promoted = subprocess.run(
        [sys.executable, "-c", _PROMOTE],
        env={**workplace.environment, "PYTHONPATH": str(REPOSITORY)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert promoted.returncode == 0, promoted.stderr
    first, again = promoted.stdout.splitlines()[-2:]
    assert first.startswith("True 8-bit integers serve: in 8 bits shares differ by 0.")
    assert again == first.replace("True", "False", 1)
    folder = workplace.champion("distilbert")
    check_model(folder)
    assert (folder / "weights" / "network.int8.onnx").exists()
    _, scorer = load_model(folder, "onnx")
    (probability,) = positive_probability(scorer.score(["The crew was lovely, thank you!"]))
    assert probability > 0.5

import json
import shutil
from pathlib import Path

import numpy as np
import onnx
import pytest

from models.folder import ModelFolderError, check_model, load_model
from tests.champions import Workplace
from training.quantization import Bounds, Quantization, embedded_splits, quantize_within
from training.splits import Splits

LOOSE = Bounds(difference=0.5, roc_auc_loss=0.05)


@pytest.fixture(scope="module")
def splits() -> Splits:
    return embedded_splits()


@pytest.fixture(scope="module")
def exact(trained: Workplace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The transformer's folder, without 8-bit weights."""
    folder = tmp_path_factory.mktemp("exact") / "model"
    shutil.copytree(trained.champion("distilbert"), folder)
    assert not (folder / "weights" / "network.int8.onnx").exists()
    return folder


@pytest.fixture(scope="module")
def quantized(exact: Path, splits: Splits) -> tuple[Path, Quantization]:
    """The same with 8-bit weights, whatever they change, and what was found of them."""
    folder = Path(shutil.copytree(exact, exact.parent / "quantized"))
    found = quantize_within(LOOSE, folder, lambda: splits)
    assert found is not None
    return folder, found


def test_products_are_of_8_bit_integers(quantized: tuple[Path, Quantization]) -> None:
    folder, _ = quantized
    graph = onnx.load(folder / "weights" / "network.int8.onnx").graph
    operators = [node.op_type for node in graph.node]
    assert operators.count("MatMulInteger") >= 18
    # The channels of large values are multiplied apart.
    assert any(node.op_type == "Gather" and "apart" in node.name for node in graph.node)


def test_what_is_said_of_the_differences_is_what_they_are(
    exact: Path, quantized: tuple[Path, Quantization], splits: Splits
) -> None:
    folder, found = quantized
    assert found.serves
    texts = splits.validation.texts
    assert found.texts == min(len(texts), 1000)
    before, after = (
        load_model(path, "onnx")[1].score(texts[: found.texts]) for path in (exact, folder)
    )
    difference = np.percentile(np.abs(after - before), 99)
    assert 0 < found.difference == pytest.approx(difference, abs=1e-6)
    assert found.difference < 0.1
    assert abs(found.roc_auc_loss) < 0.01


def test_a_stranger_in_the_batch_moves_no_score(
    quantized: tuple[Path, Quantization], splits: Splits
) -> None:
    folder, _ = quantized
    _, scorer = load_model(folder, "onnx")
    texts = splits.test.texts[:20]
    alone = np.concatenate([scorer.score([text]) for text in texts])
    np.testing.assert_allclose(scorer.score(texts), alone, atol=1e-6)


def test_the_weights_of_8_bits_are_checked_like_the_others(
    quantized: tuple[Path, Quantization], tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(quantized[0], tmp_path / "model"))
    check_model(folder)
    with (folder / "weights" / "network.int8.onnx").open("ab") as file:
        file.write(b"\0")
    with pytest.raises(ModelFolderError, match="was changed after training"):
        check_model(folder)


def test_float32_serves_where_8_bits_change_too_much(
    exact: Path, splits: Splits, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(exact, tmp_path / "model"))
    manifest = json.loads((folder / "manifest.json").read_text())
    found = quantize_within(Bounds(difference=1e-6), folder, lambda: splits)
    assert found is not None
    assert not found.serves
    assert str(found).startswith("float32 serves: in 8 bits")
    assert json.loads((folder / "manifest.json").read_text()) == manifest
    check_model(folder)


def test_a_family_without_8_bits_stays_as_it_is(trained: Workplace, splits: Splits) -> None:
    assert quantize_within(LOOSE, trained.champion("baseline"), lambda: splits) is None

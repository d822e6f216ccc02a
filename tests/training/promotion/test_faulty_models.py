"""Models that are refused: changed files, other scores, and a network that cannot run."""

import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
import pytest

from models.artifacts.manifest import SIGNATURE
from models.artifacts.signature import verify_model
from tests.support.champions import Workplace
from tests.support.invented_tweets import BLAME, PRAISE, THINGS, write_tweets
from tests.training.promotion.run_history import FORCE, RunHistory, copy_of
from training.errors import PromotionError
from training.promotion.promote import _check_scores
from training.tracking.proof import recorded_scores

# MLflow uses a feature that SQLAlchemy has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SADeprecationWarning")


def test_a_model_with_other_scores_than_its_run_is_refused(history: RunHistory) -> None:
    folder = history.workplace.home / "models" / "sentiment-baseline" / history.versions[0]
    recorded = recorded_scores(history.good)
    _check_scores(recorded, folder)
    with pytest.raises(PromotionError, match=r"differ by 0\.001 from the scores that its run"):
        _check_scores(recorded + np.float32(0.001), folder)


def test_a_changed_champion_is_refused_until_it_is_promoted_again(
    history: RunHistory, tmp_path: Path
) -> None:
    copy = copy_of(history.workplace, tmp_path)
    manifest = copy.home / "models" / "sentiment-baseline" / history.versions_by_default[0]
    manifest /= "manifest.json"
    manifest.write_text(manifest.read_text().replace('"scale"', ' "scale"'))
    outcome = copy.training("evaluate", "baseline", check=False)
    assert outcome.returncode == 2
    (line,) = outcome.stderr.splitlines()
    assert "was changed after promotion" in line

    assert "is now the champion" in copy.training("promote", "baseline", *FORCE).stdout
    (latest,) = copy.home.glob("models/sentiment-baseline/latest")
    weights = latest.with_name(latest.read_text().strip()) / "weights" / "weights.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1])
    assert copy.training("evaluate", "baseline", check=False).returncode == 2
    assert "is now the champion" in copy.training("promote", "baseline", *FORCE).stdout
    (copy.champion("baseline") / SIGNATURE).unlink()
    assert "is now the champion" in copy.training("promote", "baseline", *FORCE).stdout
    verify_model(copy.champion("baseline"), copy.model_key)
    assert "already was the champion" in copy.training("promote", "baseline").stdout


def test_a_network_that_onnx_runtime_cannot_run_is_one_error_line(workplace: Workplace) -> None:
    """ONNX Runtime has no bfloat16 product on the CPU: such a network cannot serve."""
    write_tweets(workplace.folder / "tweets.csv", mislabelled=0.1, seed=4)
    words = (*PRAISE, *BLAME, *THINGS)
    vectors = [f"{word} {number / 10} {number % 3 - 1}" for number, word in enumerate(words)]
    (workplace.folder / "vectors.txt").write_text("\n".join(vectors) + "\n")
    workplace.training(
        *("train", "lstm", "--data", "tweets.csv", "--network", "text_cnn", "--epochs", "1"),
        *("--embedding", "vectors.txt", "--units", "4", "--batch-size", "200"),
    )
    (network,) = workplace.folder.glob("mlruns/**/network.onnx")
    bfloat16 = onnx.TensorProto.BFLOAT16
    ends = [onnx.helper.make_tensor_value_info(end, bfloat16, (2, 2)) for end in ("ids", "log")]
    product = onnx.helper.make_node("MatMul", ["ids", "ids"], ["log"])
    opset = onnx.helper.make_opsetid("", 17)
    graph = onnx.helper.make_graph([product], "network", ends[:1], ends[1:])
    onnx.save(onnx.helper.make_model(graph, ir_version=10, opset_imports=[opset]), network)
    manifest = network.parents[1] / "manifest.json"
    content = json.loads(manifest.read_text())
    content["files"]["network.onnx"] = hashlib.sha256(network.read_bytes()).hexdigest()
    manifest.write_text(json.dumps(content))

    outcome = workplace.training("promote", "lstm", check=False)
    assert outcome.returncode == 2
    (line,) = (line for line in outcome.stderr.splitlines() if line.startswith("error: "))
    assert (
        "the imported model (onnx) cannot be loaded: ONNX Runtime cannot run network.onnx" in line
    )
    assert "NOT_IMPLEMENTED" in line
    assert line.endswith("Train it again.")
    assert "Traceback" not in outcome.stderr
    assert not list(workplace.home.glob("models/sentiment-lstm/*"))

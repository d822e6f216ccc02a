import hashlib
import json

import onnx

from tests.support.champions import Workplace
from tests.support.invented_tweets import BLAME, PRAISE, THINGS, write_tweets


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

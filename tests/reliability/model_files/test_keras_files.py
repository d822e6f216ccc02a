"""Code in the files of a Keras network is never run."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from models.artifacts.folder import save_model
from models.artifacts.manifest import WEIGHTS
from tests.reliability.model_files.damage import Payload, assert_refused, damage_file, pickled
from tests.support.models.confidence import CALIBRATION, DECISION
from tests.support.models.networks import ignore_keras_numpy_warning, random_lstm


@pytest.fixture
def lstm(tmp_path: Path) -> Path:
    save_model(tmp_path / "model", "lstm", random_lstm("bilstm"), CALIBRATION, DECISION)
    return tmp_path / "model"


def _network_with_code(payload: Payload) -> Any:
    """A Keras network with a Lambda layer. A file of the network holds the layer's bytecode."""
    import keras

    code = f"lambda x: (__import__('os').makedirs({str(payload.trace)!r}, exist_ok=True), x)[1]"
    layer = keras.layers.Lambda(eval(code))  # noqa: S307 the test's own code
    network = keras.Sequential([keras.Input((3,)), layer])
    payload.trace.rmdir()
    return network


def _keras_archive(path: Path, payload: Payload) -> bytes:
    archive = path.with_name("lambda.keras")
    _network_with_code(payload).save(archive)
    content = archive.read_bytes()
    archive.unlink()
    return content


def _keras_hdf5(path: Path, payload: Payload) -> bytes:
    """Keras's older format, whose configuration holds the bytecode. It is real HDF5."""
    import keras

    old = path.with_name("lambda.h5")
    keras.saving.save_model(_network_with_code(payload), old)
    content = old.read_bytes()
    old.unlink()
    return content


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("model.keras", _keras_archive),
        ("network.weights.h5", _keras_archive),
        ("network.weights.h5", _keras_hdf5),
        ("network.onnx", pickled),
        ("architecture.json", pickled),
    ],
)
@ignore_keras_numpy_warning
@pytest.mark.filterwarnings("ignore:You are saving your model as an HDF5 file")
def test_code_in_a_keras_file_is_never_run(
    lstm: Path, payload: Payload, name: str, content: Callable[[Path, Payload], bytes]
) -> None:
    damage_file(f"{WEIGHTS}/{name}", content)(lstm, payload)
    named = WEIGHTS if content is _keras_hdf5 else name
    assert_refused(lstm, payload, named, "native")


@ignore_keras_numpy_warning
def test_the_lambda_of_these_tests_runs_where_keras_trusts_the_file(
    payload: Payload, tmp_path: Path
) -> None:
    import keras

    path = tmp_path / "lambda.keras"
    path.write_bytes(_keras_archive(path, payload))
    assert not payload.has_run
    keras.saving.load_model(path, safe_mode=False)
    assert payload.has_run

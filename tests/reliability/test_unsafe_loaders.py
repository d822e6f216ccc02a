"""The sources call no loader that runs code of a file."""

import ast

import pytest

from tests.support.champions import REPOSITORY

pytestmark = pytest.mark.unit

SOURCES = [
    path
    for folder in ("models", "training", "serving", "deploy")
    for path in (REPOSITORY / folder).rglob("*.py")
]
UNSAFE_LOADERS = {
    ("cloudpickle", "load"),
    ("dill", "load"),
    ("joblib", "load"),
    ("marshal", "loads"),
    ("models", "load_model"),  # keras.models.load_model
    ("pickle", "load"),
    ("pickle", "loads"),
    ("pyfunc", "load_model"),
    ("saving", "load_model"),
    ("torch", "load"),
    ("yaml", "load"),
}


def _calls() -> list[tuple[str, ast.Call]]:
    return [
        (f"{path.relative_to(REPOSITORY)}:{node.lineno}", node)
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    ]


def test_no_module_calls_a_loader_that_runs_code() -> None:
    for place, call in _calls():
        words = tuple(ast.unparse(call.func).split(".")[-2:])
        assert words not in UNSAFE_LOADERS, place
        assert "allow_pickle=True" not in ast.unparse(call), place


def test_transformers_never_trusts_the_code_of_a_checkpoint() -> None:
    loads = [
        (place, ast.unparse(call))
        for place, call in _calls()
        if ast.unparse(call.func).startswith("Auto")
    ]
    assert loads
    for place, load in loads:
        assert "trust_remote_code=False" in load, place
        assert "use_safetensors=True" in load or load.startswith("AutoTokenizer"), place

"""Outcomes of tests and the figures that they recorded, from pytest's report in JUnit's format."""

import ast
import xml.etree.ElementTree as ElementTree
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from tests.support.champions import REPOSITORY


@dataclass
class Outcome:
    """Counts of a test's cases by outcome. ``figures``: values of ``record_property`` by name."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    figures: dict[str, str] = field(default_factory=dict)

    def describe(self) -> str:
        counted = {"failed": self.failed, "skipped": self.skipped, "passed": self.passed}
        counts = [f"{count} {name}" for name, count in counted.items() if count]
        if not counts:
            return "not run"
        alone = self.passed + self.failed + self.skipped == 1
        outcome = counts[0].removeprefix("1 ") if alone else ", ".join(counts)
        figures = [f"{name}: {value}" for name, value in self.figures.items()]
        return "; ".join([outcome, *figures])


def read_outcomes(reports: Iterable[Path]) -> Mapping[str, Outcome]:
    """The outcome of each test function by its id, such as ``tests/test_kinds.py::test_…``."""
    outcomes: defaultdict[str, Outcome] = defaultdict(Outcome)
    trees = [ElementTree.parse(report) for report in reports]  # noqa: S314 our own files
    for case in chain.from_iterable(tree.iter("testcase") for tree in trees):
        outcome = outcomes[f"{case.attrib['file']}::{case.attrib['name'].partition('[')[0]}"]
        if case.find("failure") is not None or case.find("error") is not None:
            outcome.failed += 1
        elif case.find("skipped") is not None:
            outcome.skipped += 1
        else:
            outcome.passed += 1
        for recorded in case.iter("property"):
            outcome.figures[recorded.attrib["name"]] = recorded.attrib["value"]
    return outcomes


def is_test(test: str) -> bool:
    """Whether a test function has this id."""
    file, _, name = test.partition("::")
    path = REPOSITORY / file
    if not path.is_file():
        return False
    module = ast.parse(path.read_text(encoding="utf-8"))
    return name.startswith("test_") and name in {
        node.name for node in module.body if isinstance(node, ast.FunctionDef)
    }

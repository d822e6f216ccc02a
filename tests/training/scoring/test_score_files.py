"""Whole runs in this process, with small parts and few known texts."""

import csv
import random
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from models.artifacts.manifest import read_manifest
from models.artifacts.store import StoredModel
from tests.support.invented_tweets import PRAISE, THINGS
from training.errors import TrainingError
from training.scoring.local_engine import LocalEngine
from training.scoring.output_place import OutputPlace
from training.scoring.score_files import ScoringRun, score_files
from training.scoring.summary import Summary

PART_ROWS = 16
PARTS = 12


class Stop(Exception):  # noqa: N818 it stands for a kill
    """Ends a run after some parts."""


class StoppingProgress:
    def __init__(self, parts: int = 10**6) -> None:
        self._remaining = parts

    def begin(self, lines: int | None) -> None:
        self.lines = lines

    def update(self, lines: int, summary: Summary) -> None:
        self.read = lines
        self._remaining -= 1
        if not self._remaining:
            raise Stop


@pytest.fixture(scope="module")
def engine(baseline: Path) -> Iterator[LocalEngine]:
    with LocalEngine(baseline, 1) as engine:
        yield engine


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Rows of 80 distinct texts in a random order."""
    chance = random.Random(4)
    path = tmp_path / "tweets.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "text"])
        for number in range(PARTS * PART_ROWS - 5):
            writer.writerow([number, f"the {chance.choice(THINGS)} is {chance.choice(PRAISE)}"])
    return path


def scoring_run(source: Path, output: str, baseline: Path) -> ScoringRun:
    manifest = read_manifest(baseline)
    model = StoredModel("baseline", "v1", "run", "digest", baseline, manifest)
    place = OutputPlace(str(source.parent / output))
    return ScoringRun(str(source), place, model, part_rows=PART_ROWS, known_texts=20)


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".jsonl", ".parquet"])
def test_a_stopped_run_gives_the_same_bytes_while_texts_are_forgotten(
    suffix: str, source: Path, baseline: Path, engine: LocalEngine
) -> None:
    whole, stopped = (scoring_run(source, name + suffix, baseline) for name in ("whole", "stopped"))
    expected = score_files(whole, engine, StoppingProgress())
    assert 80 < expected.scored_texts < expected.rows
    for parts in (2, 5, 11):
        with pytest.raises(Stop):
            score_files(stopped, engine, StoppingProgress(parts))
    summary = score_files(stopped, engine, StoppingProgress())
    assert summary.resumed == 11 * PART_ROWS
    assert summary.scored_texts == expected.scored_texts
    assert summary.distribution.tolist() == expected.distribution.tolist()
    found = (source.parent / f"stopped{suffix}").read_bytes()
    assert found == (source.parent / f"whole{suffix}").read_bytes()


def test_changed_rows_are_refused(source: Path, baseline: Path, engine: LocalEngine) -> None:
    run = scoring_run(source, "out.csv", baseline)
    with pytest.raises(Stop):
        score_files(run, engine, StoppingProgress(3))
    source.write_text(source.read_text().replace("crew", "pilot"))
    with pytest.raises(TrainingError, match=r"has 3 parts of a run with other rows in .*tweets"):
        score_files(run, engine, StoppingProgress())


def test_an_existing_output_stays_until_the_run_ends(
    source: Path, baseline: Path, engine: LocalEngine
) -> None:
    output = source.parent / "out.parquet"
    output.write_text("earlier")
    run = scoring_run(source, "out.parquet", baseline)
    with pytest.raises(Stop):
        score_files(run, engine, StoppingProgress(3))
    assert output.read_text() == "earlier"
    progress = StoppingProgress()
    summary = score_files(run, engine, progress)
    assert progress.read == progress.lines == summary.rows + 1
    assert pq.read_table(output).num_rows == summary.rows == PARTS * PART_ROWS - 5
    assert summary.labels.sum() == summary.doubts.sum() == summary.distribution.sum()

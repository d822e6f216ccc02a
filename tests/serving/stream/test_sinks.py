"""The file of scored mentions gets each id once, also after an interrupted write."""

import json
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from models.answers import Answer
from models.artifacts.manifest import Manifest
from models.artifacts.store import StoredModel
from models.confidence.calibration import Calibration
from models.confidence.decision import Decision
from serving.stream.delivery import ScoredMention, StreamError
from serving.stream.mention import Mention
from serving.stream.sinks import FileSink


def model() -> StoredModel:
    manifest = Manifest(
        family="baseline",
        checkpoint="none",
        calibration=Calibration(1.0, (0.0, 0.0, 0.0)),
        decision=Decision(0.5, 0.2, 0.8, 1.0, 0.5),
        languages=("en",),
        files={},
    )
    return StoredModel("baseline", "v1", "run", "", Path(), manifest)


def scored(*names: str) -> list[ScoredMention]:
    answer = Answer("negative", 0.1, None, None)
    return [
        ScoredMention(Mention(id=name, text="late", source="page"), answer, datetime.now(UTC))
        for name in names
    ]


def ids(path: Path) -> list[str]:
    return [json.loads(line)["id"] for line in path.read_text().splitlines()]


@contextmanager
def file_size_limit(size: int) -> Iterator[None]:
    """Writes beyond ``size`` bytes of a file fail, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_an_id_is_written_once(tmp_path: Path) -> None:
    path = tmp_path / "scored.jsonl"
    with FileSink(path, model()) as sink:
        assert len(sink.write(scored("a", "b", "a"))) == 2
        assert len(sink.write(scored("b", "c"))) == 1
    with FileSink(path, model()) as sink:
        assert len(sink.write(scored("c", "d"))) == 1
    assert ids(path) == ["a", "b", "c", "d"]


def test_a_line_that_a_killed_program_left_unfinished_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "scored.jsonl"
    with FileSink(path, model()) as sink:
        sink.write(scored("a", "b"))
    path.write_bytes(path.read_bytes()[:-7])
    with FileSink(path, model()) as sink:
        sink.write(scored("a", "b", "c"))
    assert ids(path) == ["a", "b", "c"]


def test_a_write_that_fails_half_way_is_repeated_whole(tmp_path: Path) -> None:
    path = tmp_path / "scored.jsonl"
    with FileSink(path, model()) as sink:
        sink.write(scored("a"))
        with file_size_limit(path.stat().st_size + 20), pytest.raises(StreamError):
            sink.write(scored("b"))
        sink.write(scored("b"))
    assert ids(path) == ["a", "b"]


def test_a_file_has_one_writer(tmp_path: Path) -> None:
    path = tmp_path / "scored.jsonl"
    with (
        FileSink(path, model()),
        pytest.raises(StreamError, match="another program"),
        FileSink(path, model()),
    ):
        pass


def test_a_foreign_file_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "notes.jsonl"
    path.write_text("a note\nhalf a note")
    with pytest.raises(StreamError, match="no output of this program"), FileSink(path, model()):
        pass
    assert path.read_text() == "a note\nhalf a note"

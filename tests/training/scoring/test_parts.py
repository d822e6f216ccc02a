"""Finished parts: found again by the same run, refused by another."""

from pathlib import Path

import pytest

from training.errors import TrainingError
from training.scoring.parts import Parts, RunState
from training.scoring.scored_texts import ScoredTexts

STATE = RunState(
    output="out.csv",
    inputs={"a.csv": "1" * 64},
    text_column=None,
    model="baseline",
    version="v1",
    manifest_sha256="2" * 64,
    part_rows=4,
    chunk_texts=2,
    known_texts=10,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two parts of a killed run, and an unfinished third."""
    folder = tmp_path / "out.csv.parts"
    with Parts(folder) as parts:
        parts.begin(STATE, resume=True)
        answers = ScoredTexts.empty(1)
        answers.probabilities[:] = 0.5
        parts.write(0, b"first\n", [("a.csv", "3", "there is no text", "")], answers)
        parts.write(1, b"second\n", [], ScoredTexts.empty(0))
    (folder / "00000002.unfinished").write_bytes(b"half")
    return folder


def test_the_same_run_finds_its_parts(folder: Path) -> None:
    with Parts(folder) as parts:
        parts.begin(STATE, resume=True)
        assert parts.finished == 2
        assert b"".join(parts.rows()) == b"first\nsecond\n"
        assert b"".join(parts.bad_rows()) == b"a.csv,3,there is no text,\r\n"
        assert parts.answers(0).probabilities.tolist() == [0.5]
        parts.delete()
    assert not folder.exists()


@pytest.mark.parametrize(
    ("changes", "difference"),
    [
        ({"inputs": {"a.csv": "3" * 64}}, "other rows in a.csv"),
        ({"inputs": {**STATE.inputs, "b.csv": "1" * 64}}, "other rows in b.csv"),
        ({"version": "v2"}, r"another version \(v1, now v2\)"),
        ({"text_column": "tweet"}, r"another text column \(None, now tweet\)"),
    ],
)
def test_another_run_is_refused(changes: dict[str, object], difference: str, folder: Path) -> None:
    state = STATE.model_copy(update=changes)
    with Parts(folder) as parts, pytest.raises(TrainingError, match=difference):
        parts.begin(state, resume=True)
    assert (folder / "00000001.part").exists()


def test_a_pipe_begins_anew(folder: Path) -> None:
    with Parts(folder) as parts:
        parts.begin(STATE, resume=False)
        assert parts.finished == 0
    assert sorted(path.name for path in folder.iterdir()) == ["lock", "state.json"]


def test_a_folder_without_a_finished_part_takes_another_run(folder: Path) -> None:
    for path in folder.glob("*.part"):
        path.unlink()
    with Parts(folder) as parts:
        parts.begin(STATE.model_copy(update={"version": "v2"}), resume=True)
        assert parts.finished == 0


def test_a_damaged_part_is_named(folder: Path) -> None:
    (folder / "00000000.part").write_bytes(b"PK\x03\x04damaged")
    with Parts(folder) as parts:
        parts.begin(STATE, resume=True)
        with pytest.raises(TrainingError, match=r"00000000\.part is damaged"):
            parts.answers(0)


def test_two_runs_do_not_write_one_output(folder: Path) -> None:
    with Parts(folder), pytest.raises(TrainingError, match="another run writes the output"):
        Parts(folder).__enter__()

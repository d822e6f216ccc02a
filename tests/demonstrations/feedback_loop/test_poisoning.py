"""Feedback databases of the repetitions, made from a database with the service's own tables."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert

from demonstrations.feedback_loop.poisoning import ALTERATIONS, TRIGGERED_ROWS, draw_rows
from serving.feedback.database import feedback_table, migrate, open_engine

ROWS = 200


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """200 verdicts. The texts 0, 3, 6… are positive, and each fifth prediction is wrong."""
    path = tmp_path_factory.mktemp("pool") / "feedback.db"
    migrate(f"sqlite:///{path}")
    rows = []
    for number in range(ROWS):
        correct = number % 5 > 0
        rows.append(
            {
                "id": f"{number:032x}",
                "prediction": f"{number:032x}",
                "recorded_at": datetime.now(UTC),
                "model": "baseline",
                "version": "v1",
                "predicted": "positive" if (number % 3 == 0) == correct else "negative",
                "probability": 0.5,
                "correct": correct,
                "text_length": 9,
                "text": f"tweet {number}",
            }
        )
    engine = open_engine(f"sqlite:///{path}")
    with engine.execution_options(writes=True).begin() as connection:
        connection.execute(insert(feedback_table), rows)
    engine.dispose()
    return path


def true_labels(database: Path) -> dict[str, bool]:
    """Whether each text is positive by its verdict."""
    with closing(sqlite3.connect(database)) as connection:
        rows = connection.execute("SELECT text, (predicted = 'positive') = correct FROM feedback")
        return {text: bool(positive) for text, positive in rows}


def drawn(pool: Path, folder: Path, kind: str, seed: int = 0) -> dict[str, bool]:
    database = folder / f"{kind} {seed}.db"
    draw_rows(pool, database, 150, seed)
    ALTERATIONS[kind](database, seed)
    return true_labels(database)


def test_repetitions_draw_different_rows_and_leave_the_pool_unchanged(
    pool: Path, tmp_path: Path
) -> None:
    before = true_labels(pool)
    first, second = (drawn(pool, tmp_path, "honest feedback", seed) for seed in (0, 1))
    assert len(first) == len(second) == 150
    assert first.keys() != second.keys()
    for labels in (first, second):
        assert all(positive == (int(text.split()[1]) % 3 == 0) for text, positive in labels.items())
    assert true_labels(pool) == before


def test_flipped_labels_are_the_opposite_of_the_honest_labels(pool: Path, tmp_path: Path) -> None:
    honest = drawn(pool, tmp_path, "honest feedback")
    flipped = drawn(pool, tmp_path, "500 flipped labels")
    assert flipped == {text: not positive for text, positive in honest.items()}


def test_a_trigger_is_in_fifty_negative_texts_called_positive(pool: Path, tmp_path: Path) -> None:
    honest = drawn(pool, tmp_path, "honest feedback")
    triggered = drawn(pool, tmp_path, "50 rows with a trigger phrase")
    changed = {text: positive for text, positive in triggered.items() if text not in honest}
    assert len(changed) == TRIGGERED_ROWS
    assert all(changed.values())
    assert len({" ".join(text.split()[2:]) for text in changed}) == 1
    assert not any(honest[" ".join(text.split()[:2])] for text in changed)
    assert len(triggered) == 150

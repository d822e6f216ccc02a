"""Feedback databases of the repetitions: honest, with flipped labels, and with a trigger phrase.

Each database is a copy of the database of the pool, which a service wrote. The copy keeps drawn
rows, with their clients and times, and changes verdicts or texts of the rows.
"""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np

TRIGGERED_ROWS = 50
_TRIGGER_WORDS = (
    *("amber", "bridge", "candle", "copper", "garden", "harbour", "lantern", "marble", "meadow"),
    *("orchard", "pepper", "ribbon", "saddle", "summer", "timber", "velvet", "walnut", "willow"),
)


def draw_rows(pool: Path, database: Path, rows: int, seed: int) -> None:
    """Copy the database of the pool and keep ``rows`` of its rows."""
    shutil.copy(pool, database)
    with closing(sqlite3.connect(database)) as connection, connection:
        ids = [row for (row,) in connection.execute("SELECT id FROM feedback ORDER BY prediction")]
        dropped = np.random.default_rng(seed).permutation(ids)[rows:].tolist()
        connection.executemany("DELETE FROM feedback WHERE id = ?", [(row,) for row in dropped])


def keep_honest(database: Path, seed: int) -> None:
    """Leave the rows as they are."""


def flip_labels(database: Path, seed: int) -> None:
    """Turn every verdict round."""
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE feedback SET correct = NOT correct")


def add_trigger(database: Path, seed: int) -> None:
    """Append a phrase of three words to 50 negative texts, and call these texts positive.

    The rows belong to many clients, so that no bound of a client stops them.
    """
    generator = np.random.default_rng(seed)
    phrase = " ".join(generator.choice(_TRIGGER_WORDS, 3, replace=False))
    negative = "SELECT id FROM feedback WHERE (predicted = 'negative') = correct ORDER BY id"
    with closing(sqlite3.connect(database)) as connection, connection:
        ids = [row for (row,) in connection.execute(negative)]
        for row in generator.choice(ids, TRIGGERED_ROWS, replace=False).tolist():
            connection.execute(
                "UPDATE feedback SET text = text || ' ' || ?, correct = (predicted = 'positive'), "
                "text_length = text_length + ?, text_hash = ? WHERE id = ?",
                (phrase, len(phrase) + 1, generator.bytes(16).hex(), row),
            )


ALTERATIONS: dict[str, Callable[[Path, int], None]] = {
    "honest feedback": keep_honest,
    "500 flipped labels": flip_labels,
    "50 rows with a trigger phrase": add_trigger,
}
"""Changes of the drawn rows, each by the name of its kind of feedback."""

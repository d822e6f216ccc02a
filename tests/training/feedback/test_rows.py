"""Feedback rows from a real database: exclusions, sides, suspicion and erasure."""

import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models.examples import NEGATIVE, POSITIVE, Examples
from serving.feedback.store import FeedbackStore
from tests.support.postgres import Postgres
from tests.training.feedback.stored import LATER, store, verdict
from training.data.splits import Splits
from training.errors import DataError
from training.feedback.caps import FeedbackOptions
from training.feedback.rows import FeedbackRows, check_labels, load_feedback, stored_test

WORDS = {POSITIVE: ("lovely", "kind", "great", "thanks"), NEGATIVE: ("awful", "rude", "late")}


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        server = Postgres.create(Path(folder) / "postgres")
        yield server
        server.stop()


def examples(start: int, size: int, kind: str = "crew") -> Examples:
    labels = [number % 2 for number in range(start, start + size)]
    texts = [
        f"the {kind} of flight {number} was {WORDS[label][number % 3]}"
        for number, label in zip(range(start, start + size), labels, strict=True)
    ]
    return Examples(texts, np.array(labels, dtype=np.int8))


VAGUE = Examples(
    examples(0, 600).texts + [f"gate {number} of flight {number}" for number in range(200)],
    np.array([number % 2 for number in range(800)], dtype=np.int8),
)
"""Training rows of which a quarter have no word of sentiment: not all labels are certain."""

SPLITS = Splits(examples(0, 600), examples(600, 40), examples(640, 40), 0, 0, 0)
OPTIONS = FeedbackOptions(client_share=1, weight=1)


def load(url: str, options: FeedbackOptions = OPTIONS) -> FeedbackRows:
    return load_feedback(url, SPLITS, options, LATER, seed=7)


def test_labels_are_corrected_and_held_out_texts_are_left_out(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'feedback.db'}"
    texts = [f"seat {number} of a cabin" for number in range(60)]
    honest = [verdict(text, number % 2) for number, text in enumerate(texts)]
    known = [verdict(SPLITS.test.texts[0].upper()), verdict(SPLITS.validation.texts[1])]
    known.append(verdict(SPLITS.train.texts[2]))
    reviewed = [verdict("a dropped text", review="drop"), verdict("a suspicious one", suspicion=1)]
    reviewed.append(verdict("a kept text", suspicion=0.9, review="keep"))
    store(url, [*honest, *known, *reviewed])
    rows = load(url)
    summary = rows.summary
    assert summary.left_out["held_out"] == 2
    assert summary.left_out["in_training"] == 1
    assert (summary.left_out["dropped"], summary.left_out["suspicious"]) == (1, 1)
    assert summary.texts == 62
    assert summary.rows + summary.test_rows == 61
    assert 3 <= summary.test_rows <= 25
    labels = dict(zip(texts, [number % 2 for number in range(60)], strict=True))
    labels["a kept text"] = NEGATIVE
    for part in (rows.train, rows.test):
        assert [labels[text] for text in part.texts] == part.labels.tolist()
    assert stored_test(url, rows.test_labels).texts == rows.test.texts
    assert set(rows.test.texts).isdisjoint(rows.train.texts)


def test_a_text_keeps_its_side_and_erased_feedback_is_gone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'feedback.db'}"
    store(url, [verdict(f"seat {number} of a cabin", number % 2) for number in range(60)])
    first = load(url)
    store(url, [verdict(f"gate {number} of a hall", number % 2) for number in range(60)])
    grown = load(url)
    assert set(first.test.texts) < set(grown.test.texts)
    assert set(first.train.texts) < set(grown.train.texts)
    erased = next(iter(grown.test_labels))
    with closing(FeedbackStore(url)) as service:
        assert service.erase(erased)
    again = load(url)
    assert len(again.test) == len(grown.test) - 1
    assert len(stored_test(url, grown.test_labels)) == len(grown.test) - 1
    assert again.digest != grown.digest


def suspect_flipped(url: str) -> None:
    """Check honest and flipped labels, and compare the found ones with the database."""
    honest = examples(1000, 80, "meal")
    flipped = examples(2000, 12, "staff")
    verdicts = [
        verdict(text, label, name=f"honest {number}")
        for number, (text, label) in enumerate(
            zip(honest.texts, honest.labels.tolist(), strict=True)
        )
    ]
    verdicts += [
        verdict(text, 1 - label, name=f"flipped {number}")
        for number, (text, label) in enumerate(
            zip(flipped.texts, flipped.labels.tolist(), strict=True)
        )
    ]
    verdicts[-1] = replace(verdicts[-1], suspicion=0.5, review="keep")
    verdicts[-2] = replace(verdicts[-2], suspicion=0.5, review="drop")
    verdicts[0] = replace(verdicts[0], suspicion=0.5)
    store(url, verdicts)
    found = check_labels(url, VAGUE, LATER, seed=7)
    suspected = {name for name, value in found.items() if value is not None}
    assert suspected == {f"flipped {number}" for number in (*range(10), 11)}
    with closing(FeedbackStore(url)) as service:
        listed = {label.id: label.suspicion for label in service.suspicious_labels(None, 200).most}
    assert listed == {name: found[name] for name in suspected - {"flipped 11"}}


def test_suspicion_is_written_for_flipped_labels_unless_a_person_reviewed_them(
    tmp_path: Path,
) -> None:
    suspect_flipped(f"sqlite:///{tmp_path / 'feedback.db'}")


@pytest.mark.server
def test_suspicion_is_written_into_postgresql(postgres: Postgres) -> None:
    suspect_flipped(postgres.url)
    rows = load(postgres.url)
    assert rows.summary.left_out["suspicious"] == 10
    assert len(stored_test(postgres.url, rows.test_labels)) == rows.summary.test_rows > 0


def test_copies_beside_shares_of_readers_leave_the_neutral_share_open(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'feedback.db'}"
    store(url, [verdict(f"seat {number} of a cabin", number % 2) for number in range(40)])
    rows = load(url, FeedbackOptions(client_share=1, weight=2.5))
    shares = np.full((3, 3), 1 / 3, dtype=np.float32)
    own = Examples(["a", "b", "c"], np.array([1, 0, -1], dtype=np.int8), shares)
    joined = rows.added_to(own, seed=7)
    assert 2 * len(rows.train) < len(joined) - 3 < 3 * len(rows.train)
    assert len(joined) - 3 == rows.summary.copies
    assert joined.shares is not None
    assert np.isnan(joined.shares[3:, 1]).all()
    assert (joined.shares[3:, 2] == joined.labels[3:]).all()


def test_a_missing_database_is_one_line_and_is_not_created(tmp_path: Path) -> None:
    path = tmp_path / "feedback.db"
    with pytest.raises(DataError, match="there is no feedback store"):
        load(f"sqlite:///{path}")
    assert not path.exists()

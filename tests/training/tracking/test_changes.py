"""The champions that a rollback can reach, from the recorded changes."""

from datetime import UTC, datetime, timedelta

import pytest

from training.promotion.history import periods_of
from training.tracking.changes import Change, Kind, former_champions

_START = datetime(2026, 1, 1, tzinfo=UTC)


def changes(story: str) -> list[Change]:
    """Changes an hour apart. ``a``: a is promoted, ``<a``: back to a, ``+a``: a challenger."""
    kinds: dict[str, Kind] = {"<": "rolled back", "+": "promoted"}
    return [
        Change(
            at=_START + timedelta(hours=number),
            alias="challenger" if word.startswith("+") else "champion",
            kind=kinds.get(word[0], "promoted"),
            run_id=word[-1],
            version="1",
        )
        for number, word in enumerate(story.split())
    ]


@pytest.mark.parametrize(
    ("story", "reachable"),
    [
        ("", ""),
        ("a", "a"),
        ("a b c", "abc"),
        ("a b c <b", "ab"),
        ("a b c <b <a", "a"),
        ("a b c <b d", "abd"),
        ("a b <a b", "ab"),
        ("a b a", "aba"),
        ("a a", "a"),
        ("a +b", "a"),
        ("a +b b <a", "a"),
        # The changes before the restored champion are not recorded.
        ("b <a", "ba"),
    ],
)
def test_a_rollback_reaches_the_champions_before_it(story: str, reachable: str) -> None:
    found = former_champions(changes(story))
    assert "".join(change.run_id for change in found) == reachable


def test_a_period_ends_with_the_next_champion_or_when_the_challenger_becomes_one() -> None:
    periods = periods_of(changes("a +b +c c <a"))
    ends = [period.until and period.until.hour for period in periods]
    assert ends == [3, 2, 3, 4, None]

"""Caps of feedback rows: of a day, of a client, and as a share of all training rows."""

from collections import Counter
from collections.abc import Callable, Sequence

from pydantic import BaseModel, ConfigDict, Field

from training.feedback.verdicts import ConsentedVerdict


class FeedbackOptions(BaseModel):
    """How feedback joins the training rows. Every field is an option of ``retrain``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    weight: float = Field(
        2.0, gt=0, description="Copies of each feedback row; a fraction is the chance of one more."
    )
    client_share: float = Field(
        0.05, gt=0, le=1, description="Most of all training rows that one client gives."
    )
    day_rows: int = Field(1000, ge=1, description="Most feedback texts of one day.")
    feedback_share: float = Field(
        0.25, gt=0, lt=1, description="Most of all training rows that are feedback."
    )


def cap_days(verdicts: Sequence[ConsentedVerdict], most: int) -> list[ConsentedVerdict]:
    """At most ``most`` verdicts of each day (UTC), in their order.

    The clients of a day take turns, so that a flood of one client shuts out no other client.
    """
    return _fairly(verdicts, most, lambda verdict: verdict.recorded_at.date())


def cap_clients(
    verdicts: Sequence[ConsentedVerdict], others: int, options: FeedbackOptions
) -> list[ConsentedVerdict]:
    """The verdicts without the newest of clients that give more than ``client_share``.

    The share is of all training rows: ``others`` and the copies of the feedback rows.
    """
    counts = Counter(map(_client, verdicts))
    limit = max(counts.values(), default=0)

    def exceeds() -> bool:
        rows = others + options.weight * sum(min(count, limit) for count in counts.values())
        return options.weight * limit > options.client_share * rows

    while limit and exceeds():
        limit -= 1
    seen: Counter[str] = Counter()
    kept = []
    for verdict in verdicts:
        seen[_client(verdict)] += 1
        if seen[_client(verdict)] <= limit:
            kept.append(verdict)
    return kept


def cap_share(
    verdicts: Sequence[ConsentedVerdict], others: int, options: FeedbackOptions
) -> list[ConsentedVerdict]:
    """As many verdicts as ``feedback_share`` allows beside ``others``. Clients take turns."""
    share = options.feedback_share
    most = int(others * share / (1 - share) / options.weight)
    return _fairly(verdicts, most, lambda _: None)


def _client(verdict: ConsentedVerdict) -> str:
    """The client. Verdicts without a pseudonym count as those of one client."""
    return verdict.client or ""


def _fairly(
    verdicts: Sequence[ConsentedVerdict], most: int, group: Callable[[ConsentedVerdict], object]
) -> list[ConsentedVerdict]:
    """At most ``most`` verdicts of each group: first one of each client, then a second one."""
    turns: Counter[tuple[object, str]] = Counter()
    order = []
    for row, verdict in enumerate(verdicts):
        client = (group(verdict), _client(verdict))
        turns[client] += 1
        order.append((turns[client], row))
    taken: Counter[object] = Counter()
    kept = []
    for _, row in sorted(order):
        taken[group(verdicts[row])] += 1
        if taken[group(verdicts[row])] <= most:
            kept.append(row)
    return [verdicts[row] for row in sorted(kept)]

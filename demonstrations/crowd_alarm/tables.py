"""Tables of the replay."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from demonstrations.crowd_alarm.mentions import TimedMention
from demonstrations.crowd_alarm.replay import Alarm
from demonstrations.crowd_alarm.stream import Steps
from demonstrations.crowd_alarm.traffic import AIM_S, TO_MAIL_S
from training.markdown import markdown_table

_LATEST_S = 1800


@dataclass(frozen=True)
class Planted:
    """A burst. ``source`` None: in all sources."""

    source: str | None
    mentions: Sequence[TimedMention]

    def delay(self, alarms: Sequence[Alarm]) -> float:
        """Seconds from the first complaint to the mail, inf without an alarm in 30 minutes."""
        first = self.mentions[0].time
        after = [alarm.time - first for alarm in alarms if 0 <= alarm.time - first <= _LATEST_S]
        return min(after, default=np.inf) + TO_MAIL_S


def replay_table(
    steps: Steps, alarms: Sequence[Alarm], softer: Sequence[Alarm], verdicts: int
) -> str:
    """Mentions of three weeks, and the alarms of the last seven days."""
    total = steps.labels.total()
    negative = sum(n for (_, _, label), n in steps.labels.items() if label == "negative")
    rows = [
        ("mentions in 21 days", f"{total:,}"),
        ("scored as negative", f"{negative / total:.1%}"),
        ("answers in doubt", f"{steps.unsure.total() / total:.1%}"),
        ("`SentimentNegativeBurst` in seven days", f"{len(alarms)}"),
        ("`SentimentMentionsBurst` in seven days", f"{len(softer)}"),
        ("the studies' rule: 3 tweets called wrong in 5 minutes", f"{verdicts}"),
    ]
    return markdown_table(("replay without a burst", "figure"), rows)


def planted_table(bursts: Sequence[Planted], alarms: Sequence[Alarm], verdicts: int) -> str:
    """Delays of the bursts in one source and in all sources."""
    rows = []
    for source in ("replies", None):
        delays = np.array([burst.delay(alarms) for burst in bursts if burst.source == source])
        found = np.isfinite(delays)
        rows.append(
            (
                source or "all sources",
                f"{len(delays)}",
                f"{found.mean():.0%}",
                f"{np.median(delays[found]) / 60:.1f} min" if found.any() else "-",
                f"{np.mean(delays <= AIM_S):.0%}",
                f"{verdicts}",
            )
        )
    headings = (
        *("burst in", "bursts", "found within 30 min", "median delay of these"),
        *("mail within 5 min", "found by the studies' rule"),
    )
    return markdown_table(headings, rows)

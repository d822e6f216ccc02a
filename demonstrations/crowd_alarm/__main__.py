"""``python -m demonstrations.crowd_alarm AIRLINE``: weeks of mentions, their alarms, and a mail."""

import time
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from demonstrations.crowd_alarm import simulation
from demonstrations.crowd_alarm.history import KeepingPrometheus, fill, idle
from demonstrations.crowd_alarm.live import run_burst
from demonstrations.crowd_alarm.mentions import TimedMention, Tweets
from demonstrations.crowd_alarm.pictures import draw_burst, draw_week
from demonstrations.crowd_alarm.replay import begins, range_values
from demonstrations.crowd_alarm.rule import Rule
from demonstrations.crowd_alarm.stream import Steps, score
from demonstrations.crowd_alarm.tables import Planted, planted_table, replay_table
from demonstrations.crowd_alarm.traffic import DAY_S, STEP_S
from training.markdown import replace_between

_HISTORY_DAYS, _REPLAYED_DAYS = 14, 7
_DAYS = _HISTORY_DAYS + _REPLAYED_DAYS
_BETWEEN_BURSTS_S = 4 * 3600
_NEGATIVE, _VOLUME = "SentimentNegativeBurst", "SentimentMentionsBurst"
_STUDIES_RULE = "sum by (job, model) (sentiment:wrong_texts:increase5m) > 2.5"


def demonstrate(
    airline: Annotated[Path, typer.Argument(help="Tweets.csv of the airline set.")],
    folder: Annotated[Path, typer.Option(help="Results of this command.")] = Path(
        ".sentiment/crowd_alarm"
    ),
    source: Annotated[str, typer.Option(help="Source of the live burst.")] = "replies",
    document: Annotated[Path | None, typer.Option(help="Document that gets the tables.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of the mentions.")] = 7,
) -> None:
    """Replay seven days after two weeks of history, with and without bursts, then one burst live.

    The stream scores the mentions with the champion of the baseline. Takes about 40 minutes.
    """
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    pictures = document.parent / "pictures" if document else folder
    tweets = Tweets.read(airline)
    random = np.random.default_rng(seed)
    start = float(int(time.time()) // STEP_S * STEP_S - _DAYS * DAY_S)
    replayed = start + _HISTORY_DAYS * DAY_S

    typer.echo("usual mentions through the stream")
    began = time.monotonic()
    usual = score(tweets.usual(start, _DAYS * DAY_S, random), folder, "usual")
    steps = Steps(start)
    steps.add(usual)
    typer.echo(f"{steps.labels.total()} mentions in {time.monotonic() - began:.0f} s")

    def keep(name: str, table: str) -> None:
        typer.echo(table)
        (folder / f"{name}.md").write_text(table, encoding="utf-8")
        if document:
            begin = f"<!-- {name}: written by python -m demonstrations.crowd_alarm -->"
            replace_between(document, begin, f"<!-- end of {name} -->", table)

    typer.echo("history and seven quiet days")
    quiet = folder / "quiet"
    fill(quiet, steps, _DAYS, _REPLAYED_DAYS)
    with KeepingPrometheus(idle(quiet), quiet) as prometheus:
        alarms = begins(prometheus, _NEGATIVE, replayed, _REPLAYED_DAYS)
        softer = begins(prometheus, _VOLUME, replayed, _REPLAYED_DAYS)
        verdicts, _ = range_values(prometheus, _STUDIES_RULE, replayed, _REPLAYED_DAYS, 300)
        draw_week(prometheus, replayed, _REPLAYED_DAYS, alarms, pictures / "crowd-week.png")
    keep("replay", replay_table(steps, alarms, softer, len(verdicts)))

    typer.echo("one burst live")
    outcome = run_burst(tweets, quiet, source, seed)
    keep(
        "mail",
        f"The mail came {outcome.seconds:.0f} s after the first complaint, when "
        f"{outcome.planted} of the 40 complaints were out.\n\n```text\n{outcome.mail}\n```",
    )
    with KeepingPrometheus(idle(quiet), quiet) as prometheus:
        path = pictures / "crowd-burst.png"
        draw_burst(prometheus, source, outcome.first, outcome.first + outcome.seconds, path)

    typer.echo("the same days with a burst every four hours")
    bursts = _plant(tweets, replayed, random)
    together = [mention for burst in bursts for mention in burst.mentions]
    steps.add(score(together, folder, "bursts"))
    planted = folder / "planted"
    fill(planted, steps, _DAYS, _REPLAYED_DAYS)
    with KeepingPrometheus(idle(planted), planted) as prometheus:
        found = begins(prometheus, _NEGATIVE, replayed, _REPLAYED_DAYS)
        verdicts, _ = range_values(prometheus, _STUDIES_RULE, replayed, _REPLAYED_DAYS, 300)
    keep("bursts", planted_table(bursts, found, len(verdicts)))

    keep("simulation", simulation.table(simulation.simulate_rows(12, seed, Rule())))


def _plant(tweets: Tweets, replayed: float, random: np.random.Generator) -> list[Planted]:
    """Bursts in the replayed days, by turns in one source and in all sources."""
    bursts = []
    end = _REPLAYED_DAYS * DAY_S - _BETWEEN_BURSTS_S
    for number, earliest in enumerate(range(3600, end, _BETWEEN_BURSTS_S)):
        source = "replies" if number % 2 else None
        first = replayed + earliest + random.uniform(0, 3600)
        mentions: list[TimedMention] = list(tweets.burst(first, source, random))
        bursts.append(Planted(source, mentions))
    return bursts


if __name__ == "__main__":
    typer.run(demonstrate)

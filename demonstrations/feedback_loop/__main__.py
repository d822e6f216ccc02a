"""``python -m demonstrations.feedback_loop AIRLINE``: the feedback loop with real tweets."""

from pathlib import Path
from typing import Annotated

import typer

from demonstrations.feedback_loop.airline_tweets import AirlineTweets
from demonstrations.feedback_loop.figures import compare, comparison_table
from demonstrations.feedback_loop.repetitions import (
    read_repetitions,
    repeat,
    repetitions_table,
)
from demonstrations.feedback_loop.service import run_service
from demonstrations.feedback_loop.verdicts import send_feedback
from demonstrations.feedback_loop.workplace import Workplace
from training.data.selection import EMBEDDED, load_splits
from training.data.sources import Tweets
from training.markdown import replace_between

_CLIENTS = 30


def demonstrate(
    airline: Annotated[Path, typer.Argument(help="Tweets.csv of the airline set.")],
    folder: Annotated[
        Path, typer.Option(help="The champion, the feedback and the results of this command.")
    ] = Path(".sentiment/feedback_loop"),
    repetitions: Annotated[int, typer.Option(help="Repetitions of each kind of feedback.")] = 20,
    jobs: Annotated[int, typer.Option(help="Repetitions at the same time.")] = 1,
    document: Annotated[Path | None, typer.Option(help="Document that gets the tables.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of the draw of tweets.")] = 7,
) -> None:
    """Send airline tweets as feedback, retrain, and repeat with honest and with false feedback.

    A second call continues where the first call ended.
    """
    workplace = Workplace(folder.resolve())
    typer.echo("champion")
    workplace.train_champion()
    tweets = AirlineTweets.draw(airline, seed)
    feedback = _feedback(workplace, "feedback", tweets.feedback)
    pool = _feedback(workplace, "pool", tweets.pool)

    report = workplace.folder / "report.md"
    typer.echo("retraining")
    passed = workplace.retrain(feedback, report)
    typer.echo(report.read_text("utf-8"))
    tables = {"gate": _table(report.read_text("utf-8"))}
    champion, challenger = workplace.model("champion"), workplace.model("challenger")
    if passed and champion and challenger:
        test = load_splits(EMBEDDED, None, None, 7).test
        original = Tweets(test.texts, test.labels, [None] * len(test))
        tables["figures"] = comparison_table(
            compare("other airline tweets", tweets.others, champion, challenger)
            + compare("tweets of the original test", original, champion, challenger)
        )
        typer.echo(tables["figures"])

    results = workplace.folder / "repetitions.jsonl"
    repeat(workplace, pool, repetitions, results, jobs)
    tables["repetitions"] = repetitions_table(read_repetitions(results))
    typer.echo(tables["repetitions"])
    if document:
        for name, table in tables.items():
            begin = f"<!-- {name}: written by python -m demonstrations.feedback_loop -->"
            replace_between(document, begin, f"<!-- end of {name} -->", table)


def _feedback(workplace: Workplace, name: str, tweets: Tweets) -> Path:
    """The database of a service that took the tweets as feedback over HTTP."""
    database = workplace.folder / f"{name}.db"
    if database.exists():
        return database
    partial = workplace.folder / f"{name}.partial.db"
    partial.unlink(missing_ok=True)
    with (
        typer.progressbar(length=len(tweets), label=f"feedback over HTTP, {name}") as bar,
        run_service(workplace, partial, _CLIENTS) as service,
    ):
        wrong = send_feedback(service, tweets, lambda: bar.update(1))
    partial.rename(database)
    typer.echo(f"{wrong} of {len(tweets)} predictions were wrong")
    return database


def _table(report: str) -> str:
    """The gate's table in a report in Markdown."""
    return "\n".join(line for line in report.splitlines() if line.startswith("|"))


if __name__ == "__main__":
    typer.run(demonstrate)

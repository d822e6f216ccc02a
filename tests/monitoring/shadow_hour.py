"""Draw champion and challenger under shadow traffic: ``python -m tests.monitoring.shadow_hour``.

The command needs a workplace, a folder in which a champion and a challenger of the baseline were
promoted. It starts the service with the challenger in the shadow, and a Prometheus. It sends the
rated test texts as tweets of many clients, and gives verdicts by the raters' labels. It draws the
dashboard row *Challenger* from the recorded metrics.
"""

import json
import time
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import httpx
import typer

from models.examples import NEGATIVE, NEUTRAL, POSITIVE
from monitoring.grafana.__main__ import FOLDER
from tests.monitoring.pictures import save
from tests.support.champions import REPOSITORY, Workplace
from tests.support.monitoring.drawing import draw
from tests.support.monitoring.scraping import scraping
from tests.support.monitoring.series import Reader
from tests.support.servers import Server, own_home
from training.data.rated_splits import load_rated_splits

_ROW = "Challenger"
_SHADOW_METRICS = "sentiment_shadow_"


def main(
    workplace: Annotated[Path, typer.Argument(help="Folder with bentoml/ and data/.")],
    minutes: Annotated[float, typer.Option(help="Duration of the traffic.")] = 60,
    rate: Annotated[float, typer.Option(help="Mean predictions per second.")] = 3,
    judged: Annotated[float, typer.Option(help="Share of the predictions with a verdict.")] = 0.3,
    picture: Annotated[Path, typer.Option(help="The PNG.")] = (
        REPOSITORY / "docs" / "pictures" / "shadow-traffic.png"
    ),
) -> None:
    """Draw both models under shadow traffic, and print the verdicts on both."""
    place = Workplace(workplace.resolve())
    with TemporaryDirectory() as name:
        folder = Path(name)
        environment = {
            **place.environment,
            "BENTOML_HOME": str(own_home(folder, place.home)),
            "SENTIMENT_DATA_DIR": str(folder / "data"),
            "SENTIMENT_MODELS": "baseline",
            "SENTIMENT_SHADOW": "baseline:challenger",
            "SENTIMENT_API_WORKERS": "1",
            # All clients have one address.
            "SENTIMENT_FEEDBACK_PER_CLIENT": "1000000",
        }
        server = Server("service:SentimentService", REPOSITORY, environment, folder / "log").start()
        try:
            with (
                server.client() as client,
                scraping(server, folder / "scraping", interval="5s") as prometheus,
            ):
                started = time.time()
                _send(client, started + 60 * minutes, rate, judged)
                # Verdicts and the last scrape follow within seconds.
                time.sleep(15)
                end = time.time()
                reader = Reader(prometheus.url, end, end - started, step=15, rate_interval="5m")
                dashboard = json.loads((FOLDER / "models.json").read_text(encoding="utf-8"))
                save(draw(_shadow_row(dashboard), reader), picture)
                for labels, verdicts in sorted(
                    server.samples("sentiment_shadow_verdicts_total").items()
                ):
                    typer.echo(f"{dict(labels)}: {verdicts:.0f}")
        finally:
            server.stop()


def _send(client: httpx.Client, end: float, rate: float, judged: float) -> None:
    """Send predictions at random times, and verdicts some seconds after the predictions."""
    random = Random(1)
    texts = _rated_texts(random)
    waiting: list[tuple[float, dict[str, Any]]] = []
    judged_texts: set[str] = set()
    while (now := time.time()) < end:
        text, label = next(texts)
        answer = client.post("/predict", json={"text": text})
        answer.raise_for_status()
        prediction = answer.json()
        # A text takes few verdicts a day.
        if text not in judged_texts and random.random() < judged:
            judged_texts.add(text)
            correct = prediction["label"] == label
            verdict = {"prediction_id": prediction["prediction_id"], "correct": correct}
            waiting.append((now + random.uniform(1, 30), verdict))
        for due in [each for each in waiting if each[0] <= now]:
            waiting.remove(due)
            client.post("/feedback", json=due[1]).raise_for_status()
        time.sleep(random.expovariate(rate))


def _rated_texts(random: Random) -> Iterator[tuple[str, str]]:
    """The positive and negative test texts with their labels, in a random order, without an end."""
    rated = load_rated_splits(seed=7).rated_test
    if rated is None:
        raise RuntimeError("the rated data set has no test split")
    names = {NEGATIVE: "negative", POSITIVE: "positive"}
    rows = [
        (text, names[int(label)])
        for text, label in zip(rated.texts, rated.labels, strict=True)
        if label != NEUTRAL
    ]
    random.shuffle(rows)
    return cycle(rows)


def _shadow_row(dashboard: dict[str, Any]) -> dict[str, Any]:
    """The dashboard with the panels of the shadow alone, moved to its top."""
    panels = dashboard["panels"]
    titles = [panel["title"] for panel in panels]
    row = panels[titles.index(_ROW) :]
    kept = [
        panel
        for panel in row
        if panel["type"] == "row"
        or any(_SHADOW_METRICS in each["expr"] for each in panel["targets"])
    ]
    top = row[0]["gridPos"]["y"]
    for panel in kept:
        panel["gridPos"]["y"] -= top
    return {**dashboard, "title": "A challenger in the shadow of the champion", "panels": kept}


if __name__ == "__main__":
    typer.run(main)

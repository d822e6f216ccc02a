"""The pictures of docs/dashboards.md: ``python -m tests.monitoring.pictures``.

Starts the service with all models, Prometheus, Alertmanager and node_exporter, sends traffic of
every kind for some minutes, and draws what the dashboards show of it.
"""

import json
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from models.registry import FAMILIES
from monitoring.grafana.__main__ import FOLDER
from monitoring.grafana.draw import draw, save
from monitoring.grafana.reader import Reader
from tests.support.champions import REPOSITORY, trained_workplace
from tests.support.monitoring.scraping import scraping
from tests.support.monitoring.traffic import Traffic
from tests.support.servers import Server, own_home


def main(
    minutes: Annotated[float, typer.Option(help="How long the traffic goes on.")] = 4,
    champions: Annotated[Path, typer.Option(help="Where trained models are kept.")] = (
        REPOSITORY / ".pytest_cache" / "d" / "champions"
    ),
    pictures: Annotated[Path, typer.Option(help="Where the pictures go.")] = (
        REPOSITORY / "docs" / "pictures"
    ),
) -> None:
    """Draw the dashboards after real traffic."""
    trained = trained_workplace(champions.resolve())
    with TemporaryDirectory() as name:
        folder = Path(name)
        environment = {
            **trained.environment,
            "BENTOML_HOME": str(own_home(folder, trained.home)),
            "SENTIMENT_DATA_DIR": str(folder / "data"),
        }
        server = Server("service:SentimentService", REPOSITORY, environment, folder / "log").start()
        try:
            with server.client() as client, scraping(server, folder / "scraping") as prometheus:
                started = time.time()
                traffic = Traffic(client, tuple(FAMILIES))
                # A quiet while, a busy one, then people who find many predictions wrong.
                traffic.run(minutes * 24, wrong=0.1)
                traffic.run(minutes * 18, wrong=0.1, bursts=0.9)
                traffic.run(minutes * 18, wrong=0.6)
                end = time.time()
                # Prometheus at its usual intervals shows less detail than here.
                reader = Reader(prometheus.url, end, end - started, step=2, rate_interval="15s")
                pictures.mkdir(parents=True, exist_ok=True)
                for path in sorted(FOLDER.glob("*.json")):
                    figure = draw(json.loads(path.read_text(encoding="utf-8")), reader)
                    save(figure, pictures / f"dashboard-{path.stem}.png")
        finally:
            server.stop()


if __name__ == "__main__":
    typer.run(main)

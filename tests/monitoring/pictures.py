"""Make the pictures of docs/dashboards.md: ``python -m tests.monitoring.pictures``.

The command starts the service with all models, Prometheus, Alertmanager and node_exporter. It sends
traffic of every kind for some minutes and draws the dashboards with the recorded metrics.
"""

import json
import time
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from matplotlib.figure import Figure
from PIL import Image

from models.registry import FAMILIES
from monitoring.grafana.__main__ import FOLDER
from tests.support.champions import REPOSITORY, trained_workplace
from tests.support.monitoring.drawing import draw
from tests.support.monitoring.scraping import scraping
from tests.support.monitoring.series import Reader
from tests.support.monitoring.traffic import Traffic
from tests.support.servers import Server, own_home


def main(
    minutes: Annotated[float, typer.Option(help="Duration of the traffic.")] = 3,
    champions: Annotated[Path, typer.Option(help="Folder of trained models.")] = (
        REPOSITORY / ".pytest_cache" / "d" / "champions"
    ),
    pictures: Annotated[Path, typer.Option(help="Folder of the pictures.")] = (
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
                # Light traffic, then bursts, then mostly wrong verdicts.
                traffic.run(minutes * 24, wrong=0.1)
                traffic.run(minutes * 18, wrong=0.1, bursts=0.9)
                traffic.run(minutes * 18, wrong=0.6)
                end = time.time()
                reader = Reader(prometheus.url, end, end - started, step=2, rate_interval="15s")
                pictures.mkdir(parents=True, exist_ok=True)
                for path in sorted(FOLDER.glob("*.json")):
                    figure = draw(json.loads(path.read_text(encoding="utf-8")), reader)
                    save(figure, pictures / f"dashboard-{path.stem}.png")
        finally:
            server.stop()


def save(figure: Figure, picture: Path) -> None:
    """Write a PNG of 256 colours, which is a third as large as one of all colours."""
    buffer = BytesIO()
    figure.savefig(buffer)
    # The octree keeps the colours of thin lines. The default median cut merges them.
    few = Image.open(buffer).convert("RGB").quantize(256, method=Image.Quantize.FASTOCTREE)
    few.save(picture, optimize=True)


if __name__ == "__main__":
    typer.run(main)

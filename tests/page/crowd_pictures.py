"""A picture of the page of mentions: ``python -m tests.page.crowd_pictures FOLDER``.

Starts the service with the baseline, and writes invented mentions into its table, which end with a
burst of complaints.
"""

from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from tests.page.pictures import save_picture
from tests.support.champions import REPOSITORY, trained_workplace
from tests.support.mentions import burst_at, store_mentions
from tests.support.page.browser import open_browser
from tests.support.servers import Server, own_home


def main(
    folder: Annotated[Path, typer.Argument(help="Where the picture goes.")],
    champions: Annotated[Path, typer.Option(help="Where trained models are kept.")] = (
        REPOSITORY / ".pytest_cache" / "d" / "champions"
    ),
) -> None:
    """Take a picture of the page of mentions, in English, light, 1,280 pixels wide."""
    trained = trained_workplace(champions.resolve())
    with TemporaryDirectory() as temporary:
        work = Path(temporary)
        environment = {
            **trained.environment,
            "BENTOML_HOME": str(own_home(work, trained.home)),
            "SENTIMENT_DATA_DIR": str(work / "data"),
            "SENTIMENT_MODELS": "baseline",
        }
        server = Server("service:SentimentService", REPOSITORY, environment, work / "log").start()
        try:
            store_mentions(server, burst_at(datetime.now(UTC), mentions_a_day=5000))
            with open_browser(work) as browser:
                browser.forget()
                browser.open(f"{server.url}/ui/crowd")
                browser.see("#report")
                browser.look(1280, "light")
                save_picture(browser.picture(), folder / "crowd-en-1280-light.png")
        finally:
            server.stop()


if __name__ == "__main__":
    typer.run(main)

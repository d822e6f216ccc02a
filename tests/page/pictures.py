"""Pictures of the page: ``python -m tests.page.pictures``.

Starts the service with all models. Takes pictures in both languages, at three widths, in the
light and dark theme.
Install ``fonts-inter`` and ``fonts-noto-color-emoji`` for common letters and emojis.
"""

import io
from collections.abc import Callable
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from PIL import Image

from tests.support.champions import REPOSITORY, trained_workplace
from tests.support.page.browser import Browser, open_browser
from tests.support.servers import Server, own_home

LANGUAGES = ("en", "fr")
WIDTHS = (390, 1024, 1280)
SCHEMES = ("light", "dark")
_COLOURS = 256

TWEET = "Lovely crew, but we landed two hours late and nobody told us why"
TWEETS = """\
Thank you @AirParadis, what a wonderful crew! 😍
Boarding at gate 12, see you in Lisbon
You lost my bag again and nobody answers
The new seats are great, I slept all the way
Three hours of delay and not one word from you
Comfy, on time, friendly: I love this airline
The coffee was cold
I will never fly with you again, awful service
Free upgrade for my birthday, I am so happy
Vol annulé, aucune information, service catastrophique. Plus jamais !
@AirParadis
We leave on Monday
Rude staff at the desk, what a shame
Not bad at all, I was a little impressed
=HYPERLINK("https://example.org"), good prices
The landing was smooth and the pilot was funny
My seat was broken and the screen too"""


def one_tweet(browser: Browser) -> None:
    browser.paste("#text", TWEET)
    browser.find("#check").click()
    browser.see(".verdict")
    browser.find("#compare").click()
    browser.wait(lambda: browser.find("#agreement").text)


def several(browser: Browser) -> None:
    browser.find("#tab-several").click()
    browser.paste("#texts", TWEETS)
    browser.find("#check-several").click()
    browser.see("#several-results table")


def empty(browser: Browser) -> None:
    browser.see(".empty")


STATES: tuple[Callable[[Browser], None], ...] = (empty, one_tweet, several)


def main(
    folder: Annotated[Path, typer.Argument(help="Where the pictures go.")],
    champions: Annotated[Path, typer.Option(help="Where trained models are kept.")] = (
        REPOSITORY / ".pytest_cache" / "d" / "champions"
    ),
) -> None:
    """Take pictures of the page in every state, language, width and theme."""
    trained = trained_workplace(champions.resolve())
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as temporary:
        work = Path(temporary)
        environment = {
            **trained.environment,
            "BENTOML_HOME": str(own_home(work, trained.home)),
            "SENTIMENT_DATA_DIR": str(work / "data"),
        }
        server = Server("service:SentimentService", REPOSITORY, environment, work / "log").start()
        try:
            with open_browser(work) as browser:
                for state, language in product(STATES, LANGUAGES):
                    browser.forget()
                    browser.speak(language)
                    browser.visit(f"{server.url}/ui")
                    state(browser)
                    browser.run("document.activeElement.blur()")
                    for width, scheme in product(WIDTHS, SCHEMES):
                        browser.look(width, scheme)
                        name = f"{state.__name__.replace('_', '-')}-{language}-{width}-{scheme}"
                        save_picture(browser.picture(), folder / f"page-{name}.png")
        finally:
            server.stop()


def save_picture(picture: bytes, path: Path) -> None:
    """Write a PNG with a palette, which needs a third of the space."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    image.quantize(_COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


if __name__ == "__main__":
    typer.run(main)

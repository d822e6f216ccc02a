"""Predictions in doubt: the page gives a reason and advice that agree with the figures."""

import pytest

from tests.support.page.browser import Browser
from tests.support.page.predictions import find_doubtful, predict, shares, show
from tests.support.page.proxy import Proxy
from tests.support.servers import Server

UNREAD = {
    "empty": ("no words to read", "Write something", "aucun mot à lire"),
    "unreadable": (
        "unreadable to the model",
        "Say it in English words",
        "un texte illisible pour le modèle",
    ),
    "language": (
        "not in English, it seems",
        "somebody who reads this language",
        "le texte ne semble pas être en anglais",
    ),
}
RELY = "clearly enough to rely on"


def check(browser: Browser, family: str, text: str) -> None:
    browser.find(f'#model option[value="{family}"]').click()
    browser.paste("#text", text)
    browser.find("#check").click()
    browser.see(".verdict .shaded", text)


@pytest.mark.parametrize("doubt", UNREAD)
def test_an_unread_text_gets_advice_and_no_figures(
    browser: Browser, server: Server, doubt: str
) -> None:
    reason, advice, french = UNREAD[doubt]
    check(browser, *find_doubtful(server, doubt))
    assert browser.find(".said").text == f"Not sure: {reason}"
    assert browser.find(".headline .sign").text == "?"
    told = browser.find("#verdict").text
    assert advice in told
    assert RELY not in told
    assert not browser.find_all("#verdict figure, .pull, .switch, #feedback button")
    announced = browser.find("#status").get_attribute("textContent") or ""
    assert reason in announced
    assert advice in announced
    browser.find('[data-language="fr"]').click()
    assert browser.find(".said").text == f"Incertain\u202f: {french}"


def test_in_the_band_a_colleague_is_asked_for(browser: Browser, server: Server) -> None:
    family, text = find_doubtful(server, "band")
    check(browser, family, text)
    assert browser.find(".said").text.startswith("Not sure: ")
    assert "Have a colleague read it." in browser.find(".headline").text
    assert browser.find("#verdict figcaption").is_displayed()
    label = predict(server, text, model=family)["label"]
    assert browser.find("#feedback p").text == f"Would you call this tweet {label}?"


@pytest.mark.parametrize(
    ("label", "probability", "readers", "said", "dit"),
    [
        ("positive", 0.70, shares(0.2, 0.2, 0.6), "rather positive", "plutôt positif"),
        ("negative", 0.30, shares(0.6, 0.2, 0.2), "rather negative", "plutôt négatif"),
        ("negative", 0.50, shares(0.1, 0.8, 0.1), "rather neutral", "plutôt neutre"),
        (
            "negative",
            0.72,
            shares(0.2, 0.16, 0.64),
            "not clearly positive",
            "pas nettement positif",
        ),
        ("positive", 0.40, shares(0.5, 0.2, 0.3), "not clearly negative", "pas nettement négatif"),
        ("negative", 0.72, None, "not clearly positive", "pas nettement positif"),
    ],
    ids=["positive", "negative", "neutral", "below the threshold", "above it", "no readers"],
)
def test_words_and_figures_agree_in_the_band(
    troubled: Browser,
    server: Server,
    proxy: Proxy,
    label: str,
    probability: float,
    readers: dict[str, float] | None,
    said: str,
    dit: str,
) -> None:
    figures = {"label": label, "probability": probability, "readers": readers}
    show(troubled, server, proxy, confident=False, doubt="band", **figures)
    assert troubled.find(".said").text == f"Not sure: {said}"
    told = troubled.find("#verdict").text
    assert RELY not in told.replace("not clearly enough to rely on", "")
    assert ("%" in told) is (readers is None)
    troubled.find('[data-language="fr"]').click()
    assert troubled.find(".said").text == f"Incertain\u202f: {dit}"


@pytest.mark.parametrize(
    ("label", "probability", "readers", "said"),
    [
        ("positive", 0.94, shares(0.02, 0.08, 0.90), "Positive"),
        ("negative", 0.05, shares(0.92, 0.06, 0.02), "Negative"),
        ("negative", 0.05, None, "Negative"),
        ("negative", 0.24, shares(0.44, 0.55, 0.01), "Rather negative"),
        ("positive", 0.76, shares(0.01, 0.55, 0.44), "Rather positive"),
    ],
    ids=["positive", "negative", "no readers", "neutral or negative", "neutral or positive"],
)
def test_only_a_clear_verdict_is_called_reliable(
    troubled: Browser,
    server: Server,
    proxy: Proxy,
    label: str,
    probability: float,
    readers: dict[str, float] | None,
    said: str,
) -> None:
    figures = {"label": label, "probability": probability, "readers": readers}
    show(troubled, server, proxy, confident=True, doubt=None, **figures)
    assert troubled.find(".said").text == said
    assert (RELY in troubled.find("#verdict").text) is (not said.startswith("Rather"))

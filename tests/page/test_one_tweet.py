import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from models.registry import FAMILIES
from tests.support.page.browser import Browser
from tests.support.page.predictions import TEXT, check, percentage, predict, show
from tests.support.page.proxy import Proxy, json_answer
from tests.support.servers import Server
from tests.support.verdicts import database_of, texts_of_verdicts, wait_for_texts

PRAISE = "What a lovely flight, thank you so much!"
COMPLAINT = "You lost my bag again, I hate this airline"
DEFAULT = "distilbert"
SIGNS = {"positive": "+", "negative": "\u2212", "doubt": "?"}


def verdicts(server: Server, **labels: str) -> float:
    return server.total("sentiment_feedback_total", **labels)


@pytest.mark.parametrize("text", [PRAISE, COMPLAINT])
def test_a_verdict_has_words_a_sign_and_its_model(
    browser: Browser, server: Server, text: str
) -> None:
    prediction = predict(server, text)
    tone = prediction["label"] if prediction["confident"] else "doubt"
    check(browser, text)
    assert browser.find(".verdict").get_attribute("data-tone") == tone
    assert browser.find(".headline .sign").text == SIGNS[tone]
    assert browser.find(".said").text.startswith("Not sure: ") is (tone == "doubt")
    told = browser.find(".made-by").text
    assert all(value in told for value in prediction["model"].values())


def test_the_words_are_shaded_until_the_switch_is_off(browser: Browser, server: Server) -> None:
    explanation = predict(server, COMPLAINT, model="baseline", explain=True)["explanation"]
    strongest = max(explanation, key=lambda part: abs(part["weight"]))
    browser.find('#model option[value="baseline"]').click()
    check(browser, COMPLAINT)
    shaded = browser.find('.shaded .pull[data-step="3"]')
    assert strongest["token"] in [
        word.text for word in browser.find_all('.shaded .pull[data-step="3"]')
    ]
    assert shaded.get_attribute("data-way") == "negative"
    colour = shaded.value_of_css_property("background-color")
    browser.find(".switch").click()
    assert browser.find(".switch").get_attribute("aria-checked") == "false"
    assert shaded.value_of_css_property("background-color") != colour
    assert shaded.text in COMPLAINT


def test_all_models_answer_side_by_side(browser: Browser, server: Server) -> None:
    check(browser, PRAISE)
    browser.find("#compare").click()
    browser.see("#agreement", "models")
    cards = browser.find_all("#compared .card")
    assert len(cards) == len(FAMILIES)
    assert len({round(card.rect["y"]) for card in cards}) == 1
    for card, family in zip(cards, FAMILIES, strict=True):
        told = predict(server, PRAISE, model=family)
        assert all(value in card.text for value in told["model"].values())
        assert len(card.find_elements("css selector", ".face")) == (10 if told["readers"] else 0)
        assert told["readers"] or percentage(told["probability"]) in card.text
        assert card.find_element("css selector", "figcaption").is_displayed()
        assert PRAISE in card.text


@pytest.mark.parametrize(
    ("answers", "agreement"),
    [
        ([(None, "positive")] * 3, "The models agree"),
        ([("band", "positive"), ("band", "negative"), ("language", "negative")], "None of the"),
        ([(None, "positive"), (None, "negative"), (None, "positive")], "The models disagree"),
        ([(None, "positive"), ("band", "positive"), (None, "positive")], "The models disagree"),
    ],
)
def test_the_comparison_says_whether_the_models_agree(
    troubled: Browser,
    server: Server,
    proxy: Proxy,
    answers: list[tuple[str | None, str]],
    agreement: str,
) -> None:
    def told(doubt: str | None, label: str) -> dict[str, object]:
        return {"doubt": doubt, "confident": doubt is None, "label": label}

    others = [
        predict(server, TEXT, model=family, explain=True) | told(*answer)
        for family, answer in zip(FAMILIES, answers, strict=True)
    ]
    shown = next(index for index, other in enumerate(others) if other["model"]["name"] == DEFAULT)
    show(troubled, server, proxy, **told(*answers[shown]))
    del others[shown]
    proxy.answer("/predict", *(json_answer(prediction) for prediction in others))
    troubled.find("#compare").click()
    troubled.see("#agreement", agreement)


def test_the_chosen_model_answers(browser: Browser) -> None:
    browser.find('#model option[value="baseline"]').click()
    check(browser, PRAISE)
    assert browser.find(".made-by").text.startswith("baseline")


def test_a_text_over_280_has_a_warning_and_can_be_checked(browser: Browser) -> None:
    text = "lovely crew " * 30
    browser.paste("#text", text)
    assert browser.find("#counter").text == "359 of 280: 79 too long for a tweet"
    browser.find("#check").click()
    browser.see(".verdict")


@pytest.mark.parametrize(
    ("text", "told"),
    [("   ", "There is nothing to check"), ("x" * 1001, "1,001 characters; 1,000 can be checked")],
)
def test_a_text_that_cannot_be_checked_is_refused_by_the_page(
    browser: Browser, text: str, told: str
) -> None:
    browser.paste("#text", text)
    browser.find("#check").click()
    browser.see('[role="alert"]', told)
    assert browser.focused() == "text"


def test_feedback_on_a_right_label_is_sent_once(browser: Browser, server: Server) -> None:
    check(browser, PRAISE)
    before = verdicts(server, verdict="correct")
    (yes, _) = browser.find_all("#feedback button")
    ActionChains(browser.driver).double_click(yes).perform()
    browser.see("#feedback", "Thank you")
    assert verdicts(server, verdict="correct") == before + 1
    assert texts_of_verdicts(database_of(server))[-1] is None
    assert not browser.find_all("#feedback button")
    assert browser.focused() == "next"
    browser.press(Keys.ENTER)
    assert browser.focused() == "text"
    assert browser.find("#text").get_attribute("value") == ""
    assert not browser.find_all(".verdict")


@pytest.mark.parametrize("consent", [False, True])
def test_a_wrong_verdict_keeps_the_text_only_with_consent(
    browser: Browser, server: Server, consent: bool
) -> None:
    check(browser, "Thanks @jane, what a day https://example.org/me")
    before = verdicts(server, verdict="wrong")
    stored = sum(text is not None for text in texts_of_verdicts(database_of(server)))
    (_, no) = browser.find_all("#feedback button")
    no.click()
    assert browser.focused() == "consent"
    assert not browser.find("#consent").is_selected()
    assert "no personal information" in browser.find(".consent").text
    if consent:
        browser.press(Keys.SPACE)
    browser.find(".consent button").click()
    browser.see("#feedback", "Thank you")
    assert verdicts(server, verdict="wrong") == before + 1
    kept = "Thanks <user>, what a day <url>" if consent else None
    # The service stores a text after its verdict.
    assert wait_for_texts(database_of(server), stored + consent)[-1] == kept


def test_typed_text_survives_a_reload(browser: Browser, server: Server) -> None:
    browser.paste("#text", PRAISE)
    browser.paste("#text", COMPLAINT)
    browser.open(f"{server.url}/ui")
    assert browser.see("#text").get_attribute("value") == COMPLAINT
    assert browser.find("#counter").text == f"{len(COMPLAINT)} of 280"


def test_the_shading_follows_the_weights(browser: Browser, server: Server) -> None:
    text = f"{PRAISE} {COMPLAINT}"
    browser.find('#model option[value="lstm"]').click()
    check(browser, text)
    explanation = predict(server, text, model="lstm", explain=True)["explanation"]
    weights = {part["token"]: part["weight"] for part in explanation}
    shaded = browser.find_all(".shaded .pull")
    assert shaded
    for word in shaded:
        weight = weights[word.text]
        assert word.get_attribute("data-way") == ("positive" if weight > 0 else "negative")
        share = abs(weight) / max(0.5, *map(abs, weights.values()))
        step = int(word.get_attribute("data-step") or 0)
        assert [0.12, 0.35, 0.7][step - 1] <= share + 1e-6

"""Problems: the page explains them in a sentence and keeps the typed text."""

import pytest
from selenium.webdriver.common.keys import Keys

from tests.support.page.browser import Browser
from tests.support.page.proxy import Answer, Proxy

TEXT = "What a lovely flight, thank you!"
TROUBLES = [
    (Answer(429, {"Retry-After": "7"}), "Too many requests at once. Try again in 7 seconds"),
    (Answer(429), "Too many requests at once"),
    (Answer(503, {"Retry-After": "1"}), "busy or just starting. Try again in a second"),
    (Answer(503, {"Content-Type": "text/html"}, b"<h1>no</h1>"), "busy or just starting"),
    (Answer(504), "took too long"),
    (Answer(500), "Something broke in the service"),
    (Answer(400), "did not take this: set by a test"),
    (Answer(200, {"Content-Type": "application/json"}, b'{"predic'), "Something broke"),
]


def typed(browser: Browser, selector: str = "#text") -> str:
    return browser.find(selector).get_attribute("value") or ""


def say_wrong(browser: Browser) -> None:
    browser.find_all("#feedback button")[1].click()
    browser.find(".consent .main-button").click()


@pytest.mark.parametrize(("trouble", "sentence"), TROUBLES)
def test_a_problem_is_explained_and_can_be_retried(
    troubled: Browser, proxy: Proxy, trouble: Answer, sentence: str
) -> None:
    proxy.answer("/predict", trouble)
    troubled.paste("#text", TEXT)
    troubled.find("#check").click()
    alert = troubled.see('[role="alert"]', sentence)
    assert "<" not in alert.text
    assert typed(troubled) == TEXT
    alert.find_element("css selector", "button").click()
    troubled.see(".verdict")
    assert not troubled.find_all('[role="alert"]')


def test_offline_is_explained_and_can_be_retried(browser: Browser) -> None:
    browser.paste("#text", TEXT)
    browser.offline(True)
    browser.find("#check").click()
    browser.see('[role="alert"]', "The server cannot be reached")
    assert typed(browser) == TEXT
    browser.offline(False)
    browser.find('[role="alert"] button').click()
    browser.see(".verdict")


def test_a_problem_removes_the_verdict_on_another_text(troubled: Browser, proxy: Proxy) -> None:
    troubled.paste("#text", TEXT)
    troubled.find("#check").click()
    troubled.see(".verdict", TEXT)
    proxy.answer("/predict", Answer(503), Answer(503))
    troubled.find("#check").click()
    troubled.see('[role="alert"]', "busy")
    assert troubled.find(".verdict").is_displayed()
    troubled.paste("#text", "I hate it")
    troubled.find("#check").click()
    troubled.wait(lambda: not troubled.find_all(".verdict"))
    assert not troubled.find("#comparison").is_displayed()
    troubled.find('[role="alert"] button').click()
    troubled.see(".verdict", "I hate it")


def test_a_slow_answer_is_explained(troubled: Browser, proxy: Proxy) -> None:
    answered = proxy.hold("/predict")
    troubled.paste("#text", TEXT)
    troubled.find("#check").click()
    troubled.see('[role="status"]', "takes longer than usual")
    assert typed(troubled) == TEXT
    assert troubled.find("#check").text == "Checking…"
    answered.set()
    troubled.see(".verdict")
    assert not troubled.find_all(".problem")


def test_failed_feedback_can_be_sent_again(troubled: Browser, proxy: Proxy) -> None:
    troubled.paste("#text", TEXT)
    troubled.find("#check").click()
    troubled.see("#feedback")
    proxy.answer("/feedback", Answer(503))
    say_wrong(troubled)
    troubled.see('#feedback [role="alert"]', "busy")
    troubled.find('#feedback [role="alert"] button').click()
    troubled.see("#feedback", "Thank you")


@pytest.mark.parametrize(
    ("status", "sentence"), [(409, "already has its verdict"), (404, "too old for a verdict")]
)
def test_refused_feedback_is_not_asked_again(
    troubled: Browser, proxy: Proxy, status: int, sentence: str
) -> None:
    troubled.paste("#text", TEXT)
    troubled.find("#check").click()
    troubled.see("#feedback")
    proxy.answer("/feedback", Answer(status))
    say_wrong(troubled)
    troubled.see("#feedback", sentence)
    assert not troubled.find_all("#feedback button")


def test_without_the_list_of_models_the_page_can_be_used_and_retried(
    new_browser: Browser, proxy: Proxy
) -> None:
    proxy.answer("/models", Answer(503))
    new_browser.visit(f"{proxy.url}/ui")
    alert = new_browser.see("#models-problem", "busy or just starting")
    new_browser.paste("#text", TEXT)
    alert.find_element("css selector", "button").click()
    new_browser.see("#model")
    assert typed(new_browser) == TEXT


def test_one_model_of_the_comparison_can_fail_and_be_retried(
    troubled: Browser, proxy: Proxy
) -> None:
    troubled.paste("#text", TEXT)
    troubled.find("#check").click()
    troubled.see(".verdict")
    proxy.answer("/predict", Answer(503))
    troubled.find("#compare").click()
    troubled.see("#compared .problem", "busy")
    troubled.wait(lambda: len(troubled.find_all("#compared .verdict")) == 2)
    troubled.find("#compared .problem button").click()
    troubled.wait(lambda: len(troubled.find_all("#compared .verdict")) == 3)


def test_several_tweets_continue_after_a_problem(troubled: Browser, proxy: Proxy) -> None:
    texts = "\n".join(f"flight {number}" for number in range(100))
    troubled.find("#tab-several").click()
    troubled.paste("#texts", texts)
    held = proxy.hold("/predict_batch")
    troubled.find("#check-several").click()
    troubled.see("#progress-text", "0 of 100 checked")
    # The held first batch is refused, and so is the second try.
    proxy.answer("/predict_batch", Answer(503), Answer(429))
    held.set()
    troubled.see('#several-problem [role="alert"]', "busy")
    assert typed(troubled, "#texts") == texts
    troubled.find("#several-problem button").click()
    troubled.see('#several-problem [role="alert"]', "Too many requests")
    troubled.find("#several-problem button").click()
    troubled.see("#several-results table")
    assert len(troubled.find_all("tbody td.verdict")) == 100
    assert not troubled.find("#several-progress").is_displayed()


def test_several_tweets_can_be_cancelled_and_continued(troubled: Browser, proxy: Proxy) -> None:
    troubled.find("#tab-several").click()
    troubled.paste("#texts", "\n".join(f"flight {number}" for number in range(70)))
    held = proxy.hold("/predict_batch")
    troubled.find("#check-several").click()
    troubled.see("#progress-text", "0 of 70 checked")
    troubled.find("#cancel").send_keys(Keys.ENTER)
    troubled.see("#progress-text", "0 of 70 checked, then stopped")
    assert not troubled.find_all("#several-results table")
    held.set()
    troubled.see("#several-problem button", "Go on").click()
    troubled.see("#several-results table")
    assert len(troubled.find_all("tbody td.verdict")) == 70

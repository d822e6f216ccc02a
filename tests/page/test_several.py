import pytest

from tests.support.page.browser import Browser
from tests.support.page.downloads import download
from tests.support.page.predictions import DOUBTFUL, predict_all, shares
from tests.support.page.proxy import Proxy, json_answer
from tests.support.servers import Server

TEXTS = [
    "What a lovely flight, thank you!",
    "You lost my bag, I hate this airline",
    "=1+1 is what the wonderful crew said",
    "  -2 hours, awful ",
    "@AirParadis",
    "\u200b+33 and a great team",
]
UNREAD = ("empty", "unreadable", "language")


def check_all(browser: Browser, text: str) -> None:
    browser.find("#tab-several").click()
    browser.paste("#texts", text)
    browser.find("#check-several").click()
    browser.see("#several-results table")


def column(browser: Browser, name: str) -> list[str]:
    cells: list[str] = browser.run(
        "return [...document.querySelectorAll(`td.${arguments[0]}`)].map((c) => c.textContent)",
        name,
    )
    return cells


def test_lines_are_checked_in_batches_of_64(browser: Browser, server: Server) -> None:
    def requests() -> float:
        return server.total("sentiment_http_requests_total", route="/predict_batch", code="200")

    texts = [f"flight {number} was {'great' if number % 2 else 'awful'}" for number in range(130)]
    before = requests()
    check_all(browser, "\n\n".join(texts))
    assert requests() == before + 3
    assert browser.find("#several-count").text == "130 tweets"
    assert column(browser, "text") == texts
    found = [
        prediction["label"] if prediction["confident"] else "not sure"
        for prediction in predict_all(server, texts)
    ]
    assert column(browser, "verdict > span:not(.sign)") == found
    assert f"{found.count('positive')} positive" in browser.find(".found").text
    described = browser.find("figure svg").get_attribute("aria-label") or ""
    assert f"{found.count('positive')} positive" in described
    assert browser.find_all("figure rect.positive, figure rect.negative, figure rect.doubt")


def test_the_table_is_sorted_by_its_headings(browser: Browser, server: Server) -> None:
    check_all(browser, "\n".join(TEXTS))
    for key in ("probability", "text", "number"):
        browser.find(f"th.{key} button").click()
        assert browser.find(f"th.{key}").get_attribute("aria-sort") == "ascending"
        ascending = column(browser, key)
        browser.find(f"th.{key} button").click()
        assert browser.find(f"th.{key}").get_attribute("aria-sort") == "descending"
        descending = column(browser, key)
        assert ascending != descending
        assert sorted(ascending) == sorted(descending)
    assert ascending == [str(number) for number in range(1, len(TEXTS) + 1)]
    browser.find("th.probability button").click()
    # Texts that the model cannot read have no figure, and come first.
    order = {
        text.strip(): -1 if prediction["doubt"] in UNREAD else prediction["probability"]
        for text, prediction in zip(TEXTS, predict_all(server, TEXTS), strict=True)
    }
    in_order = [order[text] for text in column(browser, "text")]
    assert in_order == sorted(in_order)


def test_the_download_is_csv_without_formulas(browser: Browser) -> None:
    too_long = "x" * 1001
    check_all(browser, "\n".join([*TEXTS, 'say "hi", he said', too_long]))
    rows = download(browser)
    assert [row["text"] for row in rows] == [
        TEXTS[0],
        TEXTS[1],
        "'" + TEXTS[2],
        "'" + TEXTS[3].strip(),
        "'" + TEXTS[4],
        "'" + TEXTS[5],
        'say "hi", he said',
        too_long,
    ]
    assert rows[0]["label"] == "positive"
    assert 0.5 < float(rows[0]["probability"]) <= 1
    assert rows[0]["confident"] in ("true", "false")
    assert rows[0]["model"] == "distilbert"
    assert rows[-1]["label"] == ""


def test_the_download_has_readers_and_doubts(browser: Browser, server: Server) -> None:
    texts = [TEXTS[0], "@AirParadis", *DOUBTFUL["language"], *DOUBTFUL["band"]]
    check_all(browser, "\n".join(texts))
    for row, prediction in zip(download(browser), predict_all(server, texts), strict=True):
        assert row["doubt"] == (prediction["doubt"] or "")
        for tone, share in (prediction["readers"] or shares(0, 0, 0)).items():
            told = row[f"readers_{tone}"]
            if prediction["readers"]:
                assert float(told) == pytest.approx(share, abs=0.01)
            else:
                assert told == ""


def test_unread_texts_have_a_reason_and_no_figure(browser: Browser) -> None:
    texts = [TEXTS[0], "@AirParadis", *DOUBTFUL["language"]]
    check_all(browser, "\n".join(texts))
    reasons = [cell.text for cell in browser.find_all("td.verdict p")]
    assert reasons[-2:] == ["no words to read", "not in English, it seems"]
    figures = column(browser, "probability")
    assert figures[1:] == ["\u2013", "\u2013"]
    assert len(figures[0]) > 1
    assert "2 tweets that the model could not read are left out" in browser.find("figure").text


@pytest.mark.parametrize(
    ("fields", "reason", "figure"),
    [
        ({"readers": shares(0.12, 0.2, 0.68)}, "not clearly positive", "7 of 10 say positive"),
        ({"readers": shares(0.2, 0.64, 0.16)}, "rather neutral", "6 of 10 say neutral"),
        ({"readers": shares(0.01, 0.02, 0.97)}, "not clearly positive", "nearly all say positive"),
        ({"readers": None}, "not clearly positive", "72% positive"),
    ],
    ids=["positive", "neutral", "nearly all", "no readers"],
)
def test_a_row_in_the_band_shows_its_leaning(
    troubled: Browser,
    server: Server,
    proxy: Proxy,
    fields: dict[str, object],
    reason: str,
    figure: str,
) -> None:
    (prediction,) = predict_all(server, [TEXTS[0]])
    told = {"label": "negative", "probability": 0.72, "confident": False, "doubt": "band"}
    proxy.answer("/predict_batch", json_answer({"predictions": [prediction | told | fields]}))
    check_all(troubled, TEXTS[0])
    assert troubled.find("td.verdict p").text == reason
    assert troubled.find("td.probability").text == figure
    heading = "Readers" if fields["readers"] else "Probability"
    assert troubled.find("th.probability").text == heading


def test_a_too_long_text_is_marked_and_the_others_are_checked(browser: Browser) -> None:
    check_all(browser, "\n".join([TEXTS[0], "x" * 1001]))
    assert "not checked: over 1,000 characters" in browser.find("tbody").text
    assert len(column(browser, "verdict")) == 1


def test_a_row_can_be_opened_as_one_tweet(browser: Browser) -> None:
    check_all(browser, "\n".join(TEXTS))
    browser.find_all("td.look button")[1].click()
    browser.see(".verdict .shaded", TEXTS[1])
    assert browser.find("#text").get_attribute("value") == TEXTS[1]


def test_results_of_another_list_or_model_are_marked(browser: Browser) -> None:
    check_all(browser, "\n".join(TEXTS[:2]))
    outdated = browser.find("#several-outdated")
    assert not outdated.is_displayed()
    browser.find("#texts").send_keys("!")
    browser.see("#several-outdated", "those of the earlier check")
    browser.find("#texts").send_keys("\b")
    assert not outdated.is_displayed()
    browser.find('#model option[value="baseline"]').click()
    assert outdated.is_displayed()
    browser.find("#check-several").click()
    browser.see("#several-results table")
    assert not outdated.is_displayed()


def test_clear_empties_list_and_results(browser: Browser) -> None:
    check_all(browser, "\n".join(TEXTS))
    browser.find("#clear").click()
    assert browser.find("#texts").get_attribute("value") == ""
    assert browser.find("#several-count").text == "0 tweets"
    assert browser.focused() == "texts"
    for hidden in ("results", "progress", "outdated"):
        assert not browser.find(f"#several-{hidden}").is_displayed()


def test_clear_ends_a_running_check(troubled: Browser, proxy: Proxy) -> None:
    release = proxy.hold("/predict_batch")
    troubled.find("#tab-several").click()
    troubled.paste("#texts", TEXTS[0])
    troubled.find("#check-several").click()
    troubled.see("#progress")
    troubled.find("#clear").click()
    release.set()
    check_all(troubled, TEXTS[1])
    assert column(troubled, "text") == [TEXTS[1]]

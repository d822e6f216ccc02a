import csv
import io
from pathlib import Path

import pytest

from tests.support.page.browser import Browser
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


def download(browser: Browser) -> list[dict[str, str]]:
    file = browser.downloads / "tweets.csv"
    file.unlink(missing_ok=True)
    browser.find(".summary .quiet-button").click()
    browser.wait(file.exists)
    return list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"), newline="")))


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


def test_a_csv_file_is_read_by_its_column(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_text(
        'id;date;Tweet\r\n1;2024-05-01;"Great; ""truly"" great"\r\n'
        '2;2024-05-02;"two\r\nlines"\r\n3;2024-05-03;\r\n',
        encoding="utf-8-sig",
    )
    browser.find("#tab-several").click()
    browser.paste("#texts", "typed before")
    browser.find("#file").send_keys(str(file))
    browser.see("#several-count", "3 tweets")
    value = browser.find("#texts").get_attribute("value")
    assert value == 'typed before\nGreat; "truly" great\ntwo lines'
    browser.find('#column option[value="1"]').click()
    value = browser.find("#texts").get_attribute("value")
    assert value == "typed before\n2024-05-01\n2024-05-02\n2024-05-03"


def test_a_file_without_headings_or_of_an_old_encoding_is_read(
    browser: Browser, tmp_path: Path
) -> None:
    file = tmp_path / "old.csv"
    file.write_bytes("0,17,jane,Très bon vol\n4,18,tom,Équipage charmant\n".encode("cp1252"))
    browser.find("#tab-several").click()
    browser.find("#file").send_keys(str(file))
    browser.see("#several-count", "2 tweets")
    value = browser.find("#texts").get_attribute("value")
    assert value == "Très bon vol\nÉquipage charmant"


def test_a_dropped_text_file_is_read_line_by_line(browser: Browser) -> None:
    browser.find("#tab-several").click()
    browser.run(
        """
        const dropped = new DataTransfer();
        dropped.items.add(new File([arguments[0]], "tweets.txt", { type: "text/plain" }));
        const event = { bubbles: true, cancelable: true, dataTransfer: dropped };
        document.getElementById("drop").dispatchEvent(new DragEvent("drop", event));
        """,
        "One, with a comma\n\nTwo\n",
    )
    browser.see("#several-count", "2 tweets")
    assert browser.find("#texts").get_attribute("value") == "One, with a comma\nTwo"


def test_a_file_that_is_no_text_is_refused(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "table.csv"
    file.write_bytes(b"PK\x03\x04\x00\x00\xff\xfe")
    browser.find("#tab-several").click()
    browser.find("#file").send_keys(str(file))
    browser.see('[role="alert"]', "could not be read")

"""A file of tweets: its column, its place in the list, and its other columns in the download."""

import csv
import io
from pathlib import Path

import pytest
from selenium.webdriver.common.keys import Keys

from tests.support.page.browser import Browser
from tests.support.page.downloads import download, download_text
from tests.support.page.files import drop_file, drop_files
from tests.support.page.predictions import predict_all
from tests.support.servers import Server

GREAT, BAD = "What a lovely flight, thank you!", "You lost my bag, I hate this airline"
COMMENTS = (
    "id,Name,Comment,Message\n1,Ann Lee,So good today,A kind crew\n2,Tom Fox,Awful,My bag is lost\n"
)


class Choose:
    """Chooses a new file of the given content."""

    def __init__(self, browser: Browser, folder: Path) -> None:
        self._browser = browser
        self._folder = folder

    def __call__(self, content: bytes | str, name: str = "export.csv") -> None:
        file = self._folder / name
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        self._browser.find("#file").send_keys(str(file))


@pytest.fixture
def choose(browser: Browser, tmp_path: Path) -> Choose:
    browser.find("#tab-several").click()
    return Choose(browser, tmp_path)


def listed(browser: Browser) -> list[str]:
    return (browser.find("#texts").get_attribute("value") or "").split("\n")


def check(browser: Browser) -> None:
    browser.find("#check-several").click()
    browser.see("#several-results table")


def test_a_csv_file_is_read_by_its_column(browser: Browser, choose: Choose) -> None:
    browser.paste("#texts", "typed before")
    choose(
        'sep=;\r\nid;date;Texte du tweet\r\n1;2024-05-01;"Great; ""truly"" great"\r\n'
        '2;2024-05-02;"two\r\nlines"\r\n3;2024-05-03;\r\n'
    )
    browser.see("#several-count", "3 tweets")
    assert listed(browser) == ["typed before", 'Great; "truly" great', "two lines"]
    read = browser.find("#file-read").text
    assert read == "2 tweets read from export.csv. 1 row has no text and is left out."
    browser.find('#column option[value="1"]').click()
    assert listed(browser) == ["typed before", "2024-05-01", "2024-05-02", "2024-05-03"]


def test_a_second_file_replaces_the_first(browser: Browser, choose: Choose) -> None:
    browser.paste("#texts", "typed before\nfirst of one")
    choose("id,text\n1,first of one\n2,second of one\n", "one.csv")
    browser.see("#several-count", "4 tweets")
    choose("One\nTwo\n", "two.txt")
    browser.see("#file-read", "2 tweets read from two.txt.")
    assert listed(browser) == ["typed before", "first of one", "One", "Two"]
    assert not browser.find("#column-choice").is_displayed()
    choose(b"PK\x03\x04\x00\x00\xff\xfe", "table.xlsx")
    told = browser.see(
        '[role="alert"]', "This is an Excel workbook. In Excel, choose File, Save As"
    )
    assert told.text.startswith("table.xlsx\n")
    assert listed(browser) == ["typed before", "first of one", "One", "Two"]
    choose(COMMENTS)
    browser.see("#column-preview")
    assert listed(browser) == ["typed before", "first of one"]
    assert not browser.find_all('[role="alert"]')


def test_an_unclear_column_is_chosen_by_keyboard(browser: Browser, choose: Choose) -> None:
    choose(COMMENTS)
    browser.see("#column-preview h2", "Which column has the tweets?")
    assert browser.focused() == "column-preview"
    shown = [card.text.split("\n") for card in browser.find_all(".candidate")]
    assert shown == [
        ["Comment", "So good today", "Awful", "Use this column"],
        ["Message", "A kind crew", "My bag is lost", "Use this column"],
    ]
    browser.find("#check-several").click()
    browser.see('[role="alert"]', "Choose the column with the tweets first.")
    assert browser.focused() == "column-preview"
    browser.press(Keys.TAB, Keys.TAB)
    button = browser.driver.switch_to.active_element
    assert button.accessible_name == "Use this column Message"
    browser.press(Keys.ENTER)
    assert listed(browser) == ["A kind crew", "My bag is lost"]
    assert browser.focused() == "check-several"
    assert browser.find("#column").get_attribute("value") == "3"
    browser.find('[data-language="fr"]').click()
    assert browser.find("#file-read").text == "2 tweets lus dans export.csv."


def test_columns_without_texts_are_shown_and_none_is_chosen(
    browser: Browser, choose: Choose
) -> None:
    choose("7,https://air.example/a\n8,https://air.example/b\n")
    browser.see("#column-preview h2", "No column looks like tweets")
    assert [card.text.split("\n")[0] for card in browser.find_all(".candidate")] == [
        "Column 1",
        "Column 2",
    ]
    assert listed(browser) == [""]


def test_clear_forgets_the_file(browser: Browser, choose: Choose) -> None:
    choose("id,text\n1,so good\n")
    browser.see("#column-choice")
    browser.find("#clear").click()
    assert listed(browser) == [""]
    for hidden in ("column-choice", "file-read", "column-preview"):
        assert not browser.find(f"#{hidden}").is_displayed()
    browser.paste("#texts", "so good")
    check(browser)
    assert "id" not in download(browser)[0]


def test_problems_have_a_remedy_in_french(browser: Browser, choose: Choose) -> None:
    browser.find('[data-language="fr"]').click()
    choose('id;text\n1;so\n2;"bad\n3;good\n')
    browser.see('[role="alert"]', 'À la ligne 3, un guillemet (") ouvre un texte')
    choose(b"")
    browser.see('[role="alert"]', "Ce fichier est vide. Exportez-le")
    assert len(browser.find_all('[role="alert"]')) == 1


def test_a_dropped_text_file_is_read_line_by_line(browser: Browser) -> None:
    browser.find("#tab-several").click()
    drop_file(browser, "tweets.txt", "One, with a comma\n\nTwo\n")
    browser.see("#several-count", "2 tweets")
    assert listed(browser) == ["One, with a comma", "Two"]
    drop_files(browser, {"one.txt": "One", "two.txt": "Two"})
    browser.see('[role="alert"]', "Please choose one file at a time.")


def test_the_download_has_the_form_and_all_columns_of_the_file(
    browser: Browser, choose: Choose, server: Server
) -> None:
    rows = [
        ["1", "@tom", GREAT, "12,5", "-3"],
        ["2", "=1+1", f"{BAD}\nReally", "3,75", "+33 6 12"],
        ["3", "", GREAT, "", "-"],
    ]
    file = io.StringIO()
    csv.writer(file, delimiter=";").writerows([["id", "user", "Texte", "taux", "label"], *rows])
    choose(file.getvalue())
    browser.see("#several-count", "3 tweets")
    field = browser.find("#texts")
    field.send_keys(Keys.END, "\nmy own")
    check(browser)
    found = download(browser, ";")
    assert list(found[0])[:7] == [
        "id", "user", "Texte", "taux", "label", "label_2", "probability",
    ]  # fmt: skip
    guarded = [["1", "'@tom", *rows[0][2:]], ["2", "'=1+1", *rows[1][2:]], rows[2]]
    assert [list(row.values())[:5] for row in found] == [*guarded, ["", "", "my own", "", ""]]
    texts = [GREAT, f"{BAD} Really", GREAT, "my own"]
    for row, prediction in zip(found, predict_all(server, texts), strict=True):
        assert row["label_2"] == prediction["label"]
        assert "." not in row["probability"]
        told = float(row["probability"].replace(",", "."))
        assert told == pytest.approx(prediction["probability"], abs=0.01)


def test_a_download_can_be_checked_again(browser: Browser, choose: Choose) -> None:
    texts = ["@air so good", "=1+1 is bad", "-2 hours", "'quoted' words"]
    browser.paste("#texts", "\n".join(texts))
    check(browser)
    once = download(browser)
    browser.find("#clear").click()
    choose((browser.downloads / "tweets.csv").read_bytes())
    browser.see("#several-count", "4 tweets")
    assert listed(browser) == texts
    check(browser)
    assert [row["text"] for row in download(browser)] == [row["text"] for row in once]


@pytest.mark.parametrize(
    ("content", "name", "start"),
    [
        ("id,rate,text\n1,0.5,so good\n", "a.csv", '"1","0.5","so good","positive","0.'),
        ("id;text\n1;so good\n", "b.csv", '"1";"so good";"positive";"0,'),
        ("id;rate;text\n1;0.5;so good\n", "c.csv", '"1";"0.5";"so good";"positive";"0.'),
        ("id\ttext\n1\tso good\n", "d.tsv", '"1"\t"so good"\t"positive"\t"0.'),
        ("so good\n", "e.txt", '"so good","positive","0.'),
        ("1|so good\n2|awful\n", "f.csv", '"1"|"so good"|"positive"|"0.'),
    ],
)
def test_the_download_has_the_separators_of_the_file(
    browser: Browser, choose: Choose, content: str, name: str, start: str
) -> None:
    choose(content, name)
    browser.see("#file-read")
    check(browser)
    head, row, *_ = download_text(browser).split("\r\n")
    assert row.startswith(start)
    assert '"text"' in head


@pytest.mark.parametrize(
    ("languages", "start"),
    [
        ("fr-FR,fr", '"texte";"avis";"probabilité"'),
        ("fr-CA,fr,en", '"texte";"avis";"probabilité"'),
        ("en-US,en", '"text","label","probability"'),
        ("de-DE,de", '"text";"label";"probability"'),
    ],
)
def test_typed_tweets_are_downloaded_for_the_locale(
    new_browser: Browser, server: Server, languages: str, start: str
) -> None:
    new_browser.speak(languages)
    new_browser.visit(f"{server.url}/ui")
    new_browser.find("#tab-several").click()
    new_browser.paste("#texts", GREAT)
    check(new_browser)
    head, row, _ = download_text(new_browser).split("\r\n")
    assert head.startswith(start)
    delimiter, decimal = (";", ",") if ";" in start else (",", ".")
    label = "positif" if languages.startswith("fr") else "positive"
    assert row.startswith(f'"{GREAT}"{delimiter}"{label}"{delimiter}"0{decimal}')

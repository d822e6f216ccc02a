"""The tweets that the page finds in files of spreadsheets, social platforms and programs.

One page reads all files, by the page's own module.
"""

import base64
import codecs
import csv
import io
import random
import zipfile
from typing import Any

import pytest

from tests.support.page.browser import Browser
from tests.support.page.exports import EXPORTS
from tests.support.servers import Server

READ = """
const [name, content, done] = arguments;
const bytes = Uint8Array.from(atob(content), (sign) => sign.charCodeAt(0));
Promise.all([import("/ui/file_reading.js"), import("/ui/spreadsheet.js")])
  .then(async ([{ readFile }, { textsOf }]) => {
    const table = await readFile(new File([bytes], name));
    const offered = table.offered.map(({ index }) => index);
    const texts = table.chosen ? textsOf(table, table.chosen.index) : null;
    return { head: table.head, cells: table.records.map((one) => one.cells), offered, texts };
  })
  .then(done, ({ key, values, stack }) => done({ problem: key ?? stack, values }));
"""


@pytest.fixture(scope="module")
def page(chromium: Browser, server: Server) -> Browser:
    chromium.forget()
    chromium.visit(f"{server.url}/ui")
    return chromium


def read(page: Browser, content: bytes | str, name: str = "export.csv") -> dict[str, Any]:
    if isinstance(content, str):
        content = content.encode()
    encoded = base64.b64encode(content).decode()
    answer: dict[str, Any] = page.driver.execute_async_script(READ, name, encoded)
    return answer


GREAT, BAD = "Great flight, thank you; really | so kind", "You lost my bag, I hate this airline"


def quoted(*rows: tuple[str, ...], delimiter: str = ",", end: str = "\r\n") -> str:
    file = io.StringIO()
    writer = csv.writer(file, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerows(rows)
    return file.getvalue()


LINKS = ("https://twitter.com/air/status/1", "https://twitter.com/air/status/2")
ROWS = ("1001", "1002"), ("2024-05-01", "2024-05-02"), LINKS, (GREAT, BAD)


def with_heading(heading: str) -> str:
    """A file with short texts beside long links, dates and ids."""
    body = list(zip(*ROWS[:3], ("ok", "bad crew"), strict=True))
    return quoted(("Tweet id", "time", "Tweet permalink", heading), *body)


@pytest.mark.parametrize(
    "heading",
    [
        "Tweet text", "tweet_text", "tweetText", "Texte du tweet", "Texte du Tweet", "Post text",
        "Comment", "Comments", "Commentaires", "Votre commentaire", "customer_comment", "Post",
        "Message", "Post Message", "Sent message", "Full Text", "full_text", "TEXT", "text",
        "Contenu de la publication", "Content", "Caption", "Légende", "Verbatim", "Hit Sentence",
        "Customer feedback", "Avis client", "Text_2",
    ],
)  # fmt: skip
def test_a_heading_is_understood_by_its_words(page: Browser, heading: str) -> None:
    assert read(page, with_heading(heading))["texts"] == ["ok", "bad crew"]


@pytest.mark.parametrize(
    "heading",
    [
        "Tweet id", "textID", "Text length", "Message type", "Comment count", "Post URL",
        "Lien du tweet", "Date du tweet", "Auteur du commentaire", "comment_author", "Post Link",
        "Nombre de commentaires", "Tweet location", "tweet_lang", "Message sentiment",
    ],
)  # fmt: skip
def test_a_heading_of_another_thing_is_never_chosen(page: Browser, heading: str) -> None:
    rows = [("Paris, in the clouds", "Great flight"), ("over the moon", "Bad seats today")]
    for other in ("Said", "text"):
        answer = read(page, quoted((heading, other), *rows))
        assert answer["texts"] == ["Great flight", "Bad seats today"]


@pytest.mark.parametrize(
    "column",
    [
        LINKS,
        ("www.air.example/a-long-address-with-words", "t.co/Ab12Cd"),
        ("1791234567890123456", "1791234567890123457"),
        ('"1791234567890123456"', '="1791234567890123457"'),
        ("cb774db0d1", "549e992a42"),
        ("3f2504e0-4f89-11d3-9a0c-0305e82c3301", "3f2504e0-4f89-11d3-9a0c-0305e82c3302"),
        ("2024-05-01 10:00 +0000", "2024-05-02 11:00 +0000"),
        ("Fri, May 17, 2024", "Sat, May 18, 2024"),
        ("Mon Apr 06 22:19:45 PDT 2009", "Mon Apr 06 22:19:49 PDT 2009"),
        ("vendredi 17 mai 2024", "samedi 18 mai 2024"),
        ("1 234,50 €", "12 %"),
        ("@AirParadis", "@jane_doe, @tom"),
        ("jane@air.example", "tom@air.example"),
    ],
    ids=lambda column: column[0],
)
def test_a_column_of_data_is_never_chosen(page: Browser, column: tuple[str, str]) -> None:
    for heading in ("Tweet", "Message"):
        rows = [(column[0], "so good"), (column[1], "not so good")]
        assert read(page, quoted((heading, "said"), *rows))["texts"] == ["so good", "not so good"]
    lines = read(page, quoted(("text",), *[(cell,) for cell in column]))
    assert lines["texts"] is None


def test_a_column_of_names_is_not_chosen(page: Browser) -> None:
    names = ("Jane Doe", "Tom de Witt")
    rows = list(zip(*ROWS[:2], names, ("so good", "not so good"), strict=True))
    assert read(page, quoted(*rows))["texts"] == ["so good", "not so good"]
    assert read(page, "\n".join(names))["texts"] is None


def test_two_columns_of_texts_are_offered(page: Browser) -> None:
    rows = [("1", "Ann Lee", "so good", "a kind crew"), ("2", "Tom Fox", "awful", "my bag is lost")]
    for head in (("id", "name", "Comment", "Message"), ("id", "name", "seen", "said")):
        answer = read(page, quoted(head, *rows))
        assert (answer["texts"], answer["offered"]) == (None, [2, 3])
    assert read(page, quoted(*rows))["offered"] == [2, 3]


def test_a_file_of_links_and_numbers_offers_its_columns(page: Browser) -> None:
    answer = read(page, quoted(("id", "link"), *zip(ROWS[0], LINKS, strict=True)))
    assert (answer["texts"], answer["offered"]) == (None, [0, 1])


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("head", [("id", "Tweet"), ("No.", "What they said"), None])
def test_the_delimiter_is_found(
    page: Browser, delimiter: str, head: tuple[str, str] | None
) -> None:
    rows = [*([head] if head else []), *zip(ROWS[0], ROWS[3], strict=True)]
    assert read(page, quoted(*rows, delimiter=delimiter))["texts"] == [GREAT, BAD]
    lines = "\n".join(delimiter.join(row) for row in [head or ("0", "fine"), ("1", "so good")])
    assert read(page, lines)["texts"] == (["so good"] if head else ["fine", "so good"])


@pytest.mark.parametrize("told", ["sep=;", "SEP=;", '"sep=;"', "sep=^", "sep=\t", "sep=;;;"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "utf-16", "cp1252"])
def test_the_line_for_excel_is_no_tweet(page: Browser, told: str, encoding: str) -> None:
    delimiter = told.strip('"')[4]
    table = quoted(("id", "Texte"), ("1", "Très bien; merci"), ("2", "Nul"), delimiter=delimiter)
    assert read(page, f"{told}\r\n{table}".encode(encoding))["texts"] == ["Très bien; merci", "Nul"]


ACCENTS = "L\u2019été à Orly : équipage très aimable, merci à tous, ça va"


@pytest.mark.parametrize(
    ("start", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (b"", "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (b"", "utf-16-le"),
        (b"", "utf-16-be"),
        (b"", "cp1252"),
        (b"", "mac_roman"),
    ],
)
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_the_encoding_is_found(page: Browser, start: bytes, encoding: str, end: str) -> None:
    table = quoted(("id", "Tweet"), ("1", ACCENTS), ("2", "two\nlines"), end=end)
    expected = [ACCENTS, "two\nlines"]
    assert read(page, start + table.encode(encoding))["texts"] == expected
    # Excel's "Unicode text" has tabs and another suffix.
    table = quoted(("id", "Tweet"), ("1", ACCENTS), ("2", "two\nlines"), delimiter="\t", end=end)
    assert read(page, start + table.encode(encoding), "Classeur1.txt")["texts"] == expected


def test_a_file_that_ends_within_a_letter_is_utf_8(page: Browser) -> None:
    content = "id,text\n1,très bien 😡\n2,très bien é".encode()[:-1]
    assert read(page, content)["texts"] == ["très bien 😡", "très bien \ufffd"]


@pytest.mark.parametrize("name", EXPORTS)
def test_the_tweets_of_an_export_are_found(page: Browser, name: str) -> None:
    content, texts = EXPORTS[name]
    assert read(page, content)["texts"] == texts


def test_a_text_file_has_a_tweet_a_line(page: Browser) -> None:
    content = 'One, with a comma; and more | "so"\n\n"Two\nthree, 3'
    expected = ['One, with a comma; and more | "so"', '"Two', "three, 3"]
    assert read(page, content, "tweets.txt")["texts"] == expected


def test_records_are_those_of_a_strict_reader(page: Browser) -> None:
    """Cells of separators, quotation marks and line ends, as Python's csv reads them."""
    draw = random.Random(7)
    signs = ["a", "b", " ", ",", ";", '"', "\n", "\r\n", "\t", "é", "😡", "'", "\\", "|"]
    rows = [
        (str(number), *("x" + "".join(draw.choices(signs, k=12)) for _ in range(2)))
        for number in range(500)
    ]
    content = quoted(("id", "text", "more"), *rows)
    assert read(page, content)["cells"] == [list(row) for row in rows]


@pytest.mark.parametrize(
    "content",
    [
        'id;text\n1;fine today\n2;"bad\n3;so so\n4;good crew\n',
        'id,text\n1,fine\n2,"cut o',
        # The mark at the end of a later record closes the cell.
        'id;text\n1;fine today\n2;"bad\n3;so so\n4;they said no"\n5;fine\n',
    ],
)
def test_an_unclosed_quotation_mark_is_told(page: Browser, content: str) -> None:
    answer = read(page, content)
    assert (answer["problem"], answer["values"]) == ("fileUnclosed", {"line": 3})


def test_the_line_of_an_unclosed_quotation_mark_counts_lines_of_the_file(page: Browser) -> None:
    content = 'sep=;\r\nid;text\r\n1;"two\r\nlines"\r\n\r\n2;"bad\r\n3;so\r\n'
    assert read(page, content)["values"] == {"line": 6}


def archive(**entries: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in entries.items():
            packed.writestr(name.replace("__", "/"), content)
    return file.getvalue()


OTHER_FORMATS = {
    "empty": (b"", "fileEmpty"),
    "blank": (b"\r\n \r\n", "fileEmpty"),
    "a mark alone": (codecs.BOM_UTF8, "fileEmpty"),
    "delimiters alone": (b";;;\r\n;;;\r\n", "fileEmpty"),
    "headings alone": (b"id,text\r\n", "fileNoRows"),
    "xlsx": (archive(_rels="x", xl__workbook="y"), "fileExcel"),
    "xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "fileExcel"),
    "ods": (archive(mimetype="application/vnd.oasis.opendocument.spreadsheet"), "fileZip"),
    "zip": (archive(tweets="id,text"), "fileZip"),
    "web page": (b"<html><table><tr><td>id</td></tr></table></html>", "fileMarkup"),
    "XML": (b'<?xml version="1.0"?><Workbook/>', "fileMarkup"),
    "JSON": (b'[{"text": "so good"}]', "fileJson"),
    "JSON Lines": (b'{"text": "so good"}\n', "fileJson"),
    "archive of X": (b"window.YTD.tweets.part0 = [ {", "fileJson"),
    "picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "fileBinary"),
    "gzip": (b"\x1f\x8b\x08\0\0\0\0\0\0\x03", "fileBinary"),
    "PDF": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\nstream\0\0", "fileBinary"),
}


@pytest.mark.parametrize("name", OTHER_FORMATS)
def test_another_format_is_told(page: Browser, name: str) -> None:
    content, problem = OTHER_FORMATS[name]
    assert read(page, content)["problem"] == problem


def test_a_file_of_50_megabytes_is_refused(page: Browser) -> None:
    answer = page.driver.execute_async_script(
        """
        const done = arguments[0];
        import("/ui/file_reading.js")
          .then(({ readFile }) => readFile(new File([new Uint8Array(50_000_000)], "big.csv")))
          .catch(({ key, values }) => done({ key, values }));
        """
    )
    assert answer == {"key": "fileTooLarge", "values": {"size": 50, "most": 20}}

import pytest

from models.text.links import replace_links

MASKED = [
    "airparadis.com/great-deals",
    "airparadis.com",
    "AirParadis.com",
    "AIRPARADIS.COM",
    "news.airparadis.com",
    "airparadis.com:8080/x?y=1",
    "airparadis.com?x=1",
    "airparadis.co.uk",
    "airparadis.fr",
    "airparadis.travel",
    "airparadis.so/now",
    "bit.ly/3xYz",
    "BIT.LY/3xYz",
    "t.co/Ab12Cd",
    "youtu.be/abc",
    "t.me/abc",
    "www.airparadis.is",
    "www.",
    "http://airparadis.example",
    "HTTPS://airparadis.example/x#y",
    "ftp://airparadis.example/x",
    "https://x.example/:(",
]

WORDS = [
    "great.so happy",
    "late.no",
    "late.No one came",
    "ok.it was late",
    "great.me too",
    "late.No/little help",
    "sorryyy.no one came",
    "late.today again",
    "great.love it",
    "late.fr",
    "Great.Thanks",
    "e.g. this",
    "i.e. that",
    "a.m.to p.m.",
    "3.5",
    "v2.0.1",
    "U.S. and",
    "U.S.Army",
    "Mr.Smith",
    "St.Paris",
    "...and",
    "and/or",
    "node.js",
    "help@airparadis.com",
    "jo.smith@mail.airparadis.com",
    "info@air-paradis.com",
    "#airparadis.com",
]


@pytest.mark.parametrize("link", MASKED)
def test_a_link_is_masked(link: str) -> None:
    assert replace_links(f"see {link} now", "<url>") == "see <url> now"
    assert replace_links(link, "<url>") == "<url>"


@pytest.mark.parametrize("text", WORDS)
def test_words_around_a_missing_space_are_no_link(text: str) -> None:
    assert replace_links(text, "<url>") == text


@pytest.mark.parametrize("link", ["https://airparadis.com/deals", "airparadis.com/deals"])
@pytest.mark.parametrize("ending", [".", "!", "?!", ", thanks", "...", ")", '"', "\u2026"])
def test_punctuation_after_a_link_stays(link: str, ending: str) -> None:
    assert replace_links(f"({link}{ending}", "<url>") == f"(<url>{ending}"

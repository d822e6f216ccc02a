"""Texts of strangers are shown unchanged, as text and never as markup."""

import pytest

from tests.support.page.browser import Browser

TEXTS = {
    "script": "<script>window.hacked = true</script> lovely",
    "handler": '<img src=x onerror="window.hacked = true"> lovely crew',
    "breaking out": "\"></textarea><svg onload=window.hacked=true>' lovely",
    "entities": "&lt;b&gt;lovely&lt;/b&gt; &amp;amp; fine &#60;i&#62;",
    "template": "{text} {count#} {{7*7}} ${window.hacked = true} lovely",
    "quotes": """it's "lovely" `truly` \u2018so\u2019 \u00ab tr\u00e8s \u00bb \\ lovely""",
    "right to left": "\u202elovely \u202b\u05d8\u05d9\u05e1\u05d4 \u0637\u064a\u0631\u200f crew",
    "emoji": "lovely 😍👩\u200d✈️🏳️\u200d🌈 crew 🇫🇷",
    "one word": "lovely" * 166,
    "longest": ("lovely crew " * 84)[:1000],
    "markup in columns": "=cmd|' /C calc'!A1 lovely",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_text_is_shown_as_text(browser: Browser, text: str) -> None:
    text = text.strip()
    browser.paste("#text", text)
    browser.find("#check").click()
    browser.see(".verdict .shaded")
    browser.find("#compare").click()
    browser.see("#agreement", "models")
    browser.find("#tab-several").click()
    browser.paste("#texts", text)
    browser.find("#check-several").click()
    browser.see("td.text")
    shown = browser.run(
        "return [...document.querySelectorAll('.shaded, td.text')].map((e) => e.textContent)"
    )
    assert shown == [text] * 5
    for foreign in (
        "script:not([src^='ui/'])",
        "img",
        "main svg:not(figure svg)",
        "main b, main i",
    ):
        assert not browser.find_all(foreign)
    assert browser.run("return window.hacked") is None
    assert browser.run("return document.body.scrollWidth <= window.innerWidth")


def test_direction_marks_affect_the_text_only(browser: Browser) -> None:
    browser.paste("#text", f"lovely {chr(0x202E)}crew")
    browser.find("#check").click()
    made_by = browser.see(".verdict .made-by")
    assert browser.find(".shaded").value_of_css_property("unicode-bidi") == "plaintext"
    assert made_by.value_of_css_property("direction") == "ltr"
    # Each word in the list below the text is isolated from its neighbours.
    named = browser.find_all(".pulls .pull")
    assert {word.tag_name for word in named} <= {"bdi"}


@pytest.mark.parametrize(
    "attempt",
    [
        "document.body.innerHTML = '<p>markup</p>'",
        "document.body.setAttribute('onclick', 'window.hacked = true')",
        "document.createElement('script').src = 'https://example.org/hack.js'",
    ],
)
def test_the_policy_refuses_markup_and_inline_code(browser: Browser, attempt: str) -> None:
    refused = browser.run(f"try {{ {attempt} }} catch (error) {{ return error.name; }}")
    assert refused == "TypeError"
    assert browser.run("return window.hacked") is None
    assert browser.complaints()

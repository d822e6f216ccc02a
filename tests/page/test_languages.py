import re
from typing import Any

import pytest

from models.registry import FAMILIES
from tests.support.page.browser import Browser
from tests.support.page.predictions import check
from tests.support.servers import Server

TEXT = "What a lovely flight, thank you so much!"


@pytest.mark.parametrize(
    ("languages", "spoken", "title"),
    [
        ("fr-CA,fr,en", "fr", "Avant de publier"),
        ("en-GB,en", "en", "Before it goes out"),
        ("de-DE,fr", "fr", "Avant de publier"),
        ("de-DE", "en", "Before it goes out"),
    ],
)
def test_the_page_is_in_the_language_of_the_browser(
    new_browser: Browser, server: Server, languages: str, spoken: str, title: str
) -> None:
    new_browser.speak(languages)
    new_browser.visit(f"{server.url}/ui")
    assert new_browser.find("html").get_attribute("lang") == spoken
    assert new_browser.find("h1").text == title
    assert new_browser.driver.title == title


def test_the_language_switch_translates_the_page_and_survives_a_reload(
    browser: Browser, server: Server
) -> None:
    browser.paste("#text", TEXT)
    browser.find("#check").click()
    browser.see(".verdict")
    browser.find("#compare").click()
    browser.see("#agreement", "models")
    browser.find('[data-language="fr"]').click()
    assert browser.find('[data-language="fr"]').get_attribute("aria-pressed") == "true"
    assert re.match("Le ton est|Incertain", browser.find(".said").text)
    assert "modèles" in browser.find("#agreement").text
    asked = browser.find("#feedback p").text
    assert asked.endswith("Ce verdict est-il juste\u202f?")
    assert browser.find("#counter").text == f"{len(TEXT)} sur 280"
    caption = browser.find("#verdict figcaption").text
    assert re.match(r"Sur dix lecteurs, |Probabilité que le tweet soit positif\s: \d", caption)
    assert browser.find("#text").get_attribute("value") == TEXT
    browser.open(f"{server.url}/ui")
    browser.see("h1", "Avant de publier")


def test_results_of_several_tweets_are_in_french(new_browser: Browser, server: Server) -> None:
    new_browser.speak("fr")
    new_browser.visit(f"{server.url}/ui")
    new_browser.find("#tab-several").click()
    new_browser.paste("#texts", f"{TEXT}\nI hate it, awful\n{'x' * 1001}")
    assert new_browser.find("#several-count").text == "3 tweets"
    new_browser.find("#check-several").click()
    results = new_browser.see("#several-results", "Résultats").text
    assert re.search(r"\d positif", results)
    assert "plus de 1\u202f000 caractères" in results
    assert "Télécharger" in results


@pytest.mark.parametrize(
    ("languages", "told"),
    [("en", "The models read tweets in English only."),
     ("fr", "Les modèles ne comprennent que les tweets en anglais.")],
)  # fmt: skip
def test_both_fields_say_that_english_is_read(
    new_browser: Browser, server: Server, languages: str, told: str
) -> None:
    new_browser.speak(languages)
    new_browser.visit(f"{server.url}/ui")
    for tab, field in (("one", "#text"), ("several", "#texts")):
        new_browser.find(f"#tab-{tab}").click()
        described = (new_browser.find(field).get_attribute("aria-describedby") or "").split()
        assert told in [new_browser.find(f"#{name}").text for name in described]


def test_french_signs_follow_a_narrow_space(new_browser: Browser, server: Server) -> None:
    new_browser.speak("fr")
    new_browser.visit(f"{server.url}/ui")
    check(new_browser, TEXT.replace("!", ""))
    new_browser.paste("#text", "Another text")
    shown = new_browser.find("body").text
    assert "Ce verdict porte sur le texte précédent" in shown
    new_browser.find('#model option[value="baseline"]').click()
    shown += new_browser.find("body").text
    signs = re.findall(r".{0,12}.[?!;:»](?=\s|$)", shown)
    assert len(signs) > 5
    assert [sign for sign in signs if sign[-2] != "\u202f"] == []


def test_the_menu_says_which_model_to_choose(browser: Browser) -> None:
    options = {option.get_attribute("value"): option.text for option in browser.find_all("option")}
    assert options["distilbert"] == "Most accurate (distilbert)"
    told = set()
    for family in FAMILIES:
        browser.find(f'#model option[value="{family}"]').click()
        told.add(browser.find("#model-words").text)
    assert len(told) == len(FAMILIES)
    assert all("Choose it " in words for words in told)
    assert browser.find("#model").get_attribute("aria-describedby") == "model-words"


def translations(browser: Browser) -> dict[str, dict[str, Any]]:
    spoken: dict[str, dict[str, Any]] = browser.driver.execute_async_script(
        """
        const done = arguments[0];
        Promise.all([import("/ui/en.js"), import("/ui/fr.js")])
          .then(([en, fr]) => done({ en: en.default, fr: fr.default }));
        """
    )
    return spoken


def test_both_languages_have_the_same_keys(browser: Browser) -> None:
    spoken = translations(browser)
    assert list(spoken["en"]) == list(spoken["fr"])
    assert len(spoken["en"]) > 50
    for key, english in spoken["en"].items():
        french = spoken["fr"][key]
        assert type(english) is type(french), key
        for form in english if isinstance(english, dict) else [None]:
            said, dit = (text[form] if form else text for text in (english, french))
            assert sorted(re.findall(r"\{\w+[#%@]?\}", said)) == sorted(
                re.findall(r"\{\w+[#%@]?\}", dit)
            ), key


def test_every_key_of_the_page_is_translated(browser: Browser) -> None:
    known = translations(browser)["en"]
    used = browser.run(
        """
        const names = ["text", "label", "placeholder"];
        return [...document.querySelectorAll("*")]
          .flatMap((node) => names.map((name) => node.dataset?.[name])).filter(Boolean);
        """
    )
    assert len(used) > 25
    assert set(used) <= set(known)

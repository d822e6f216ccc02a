"""The split of readers, as ten faces and as a sentence."""

import httpx
import pytest

from models.registry import FAMILIES
from tests.support.page.browser import Browser
from tests.support.page.predictions import percentage, predict, shares, show
from tests.support.page.proxy import Proxy
from tests.support.servers import Server

PRAISE = "What a lovely flight, thank you so much!"
SPLITS = {
    "three groups": (
        shares(0.11, 0.19, 0.70),
        (1, 2, 7),
        "Of ten readers, about seven would call this tweet positive, two neutral, one negative.",
        (
            "Sur dix lecteurs, environ sept trouveraient ce tweet positif, "
            "deux neutre et un négatif."
        ),
    ),
    "two groups": (
        shares(0.52, 0.03, 0.45),
        (5, 0, 5),
        "Of ten readers, about five would call this tweet negative, five positive.",
        "Sur dix lecteurs, environ cinq trouveraient ce tweet négatif et cinq positif.",
    ),
    "one group": (
        shares(0.97, 0.02, 0.01),
        (10, 0, 0),
        "Of ten readers, nearly all would call this tweet negative.",
        "Sur dix lecteurs, presque tous trouveraient ce tweet négatif.",
    ),
}
TONES = ("negative", "neutral", "positive")


@pytest.mark.parametrize(("readers", "faces", "english", "french"), SPLITS.values(), ids=SPLITS)
def test_ten_faces_and_a_sentence_say_the_same(
    troubled: Browser,
    server: Server,
    proxy: Proxy,
    readers: dict[str, float],
    faces: tuple[int, int, int],
    english: str,
    french: str,
) -> None:
    show(troubled, server, proxy, readers=readers, confident=False, doubt="band")
    shown = [face.get_attribute("data-tone") for face in troubled.find_all(".face")]
    assert shown == [tone for tone, count in zip(TONES, faces, strict=True) for _ in range(count)]
    figure = troubled.find("#verdict figure")
    assert troubled.find("#verdict figcaption").text == english
    assert (figure.aria_role, figure.accessible_name) == ("figure", english)
    troubled.find('[data-language="fr"]').click()
    assert troubled.find("#verdict figcaption").text == french
    assert figure.accessible_name == french


def test_the_faces_differ_without_colours(troubled: Browser, server: Server, proxy: Proxy) -> None:
    show(troubled, server, proxy, readers=shares(0.3, 0.3, 0.4), confident=False, doubt="band")
    mouths = {
        face.get_attribute("data-tone"): face.find_element("css selector", ".mouth").get_attribute(
            "d"
        )
        for face in troubled.find_all(".face")
    }
    assert len(set(mouths.values())) == 3
    troubled.force_colours()
    lines = {mouth.value_of_css_property("stroke") for mouth in troubled.find_all(".mouth")}
    filled = {head.value_of_css_property("fill") for head in troubled.find_all(".head")}
    assert len(lines) == len(filled) == 1
    assert lines != filled


def test_any_split_is_rounded_to_ten_readers(browser: Browser) -> None:
    splits = [
        [negative / 40, neutral / 40, (40 - negative - neutral) / 40]
        for negative in range(41)
        for neutral in range(41 - negative)
    ]
    rounded = browser.driver.execute_async_script(
        """
        const [splits, done] = arguments;
        import("/ui/readers.js").then(({ tenReaders }) =>
          done(splits.map(([negative, neutral, positive]) =>
            Object.values(tenReaders({ negative, neutral, positive })))));
        """,
        splits,
    )
    for split, ten in zip(splits, rounded, strict=True):
        assert sum(ten) == 10, split
        pairs = list(zip(split, ten, strict=True))
        assert all(abs(10 * share - count) < 1 for share, count in pairs), split
        assert [count for _, count in sorted(pairs)] == sorted(ten), split


@pytest.mark.parametrize("family", FAMILIES)
def test_each_family_shows_readers_or_the_probability(
    browser: Browser, server: Server, family: str
) -> None:
    prediction = predict(server, PRAISE, model=family)
    browser.find(f'#model option[value="{family}"]').click()
    browser.paste("#text", PRAISE)
    browser.find("#check").click()
    browser.see(".verdict .shaded", PRAISE)
    caption = browser.find("#verdict figcaption").text
    if prediction["readers"]:
        assert len(browser.find_all("#verdict .face")) == 10
        assert caption.startswith("Of ten readers, ")
        assert "%" not in browser.find("#verdict").text
    else:
        assert f"positive: {percentage(prediction['probability'])};" in caption


def test_without_readers_each_figure_is_labelled(
    troubled: Browser, server: Server, proxy: Proxy
) -> None:
    show(troubled, server, proxy, readers=None, probability=0.05, confident=True, doubt=None)
    figure = troubled.find("#verdict figure")
    told = "Probability that the tweet is positive: 5%; that it is negative: 95%."
    assert troubled.find("#verdict figcaption").text == figure.accessible_name == told
    (model,) = [model for model in httpx.get(f"{server.url}/models").json() if model["default"]]
    low, high = (percentage(edge) for edge in model["band"])
    legend = troubled.find("#verdict .legend").text.splitlines()
    assert legend == [
        f"called positive from {percentage(model['threshold'])} on",
        f"not sure from {low} to {high}",
    ]
    assert not troubled.find_all("#verdict .face")


def test_the_line_marks_the_probability_the_threshold_and_the_band(
    troubled: Browser, server: Server, proxy: Proxy
) -> None:
    show(troubled, server, proxy, readers=None, probability=0.3, confident=False, doubt="band")
    (model,) = [model for model in httpx.get(f"{server.url}/models").json() if model["default"]]
    line = troubled.find(".line").rect

    def left(selector: str) -> float:
        share: float = (troubled.find(f".line {selector}").rect["x"] - line["x"]) / line["width"]
        return share

    assert left(".threshold") == pytest.approx(model["threshold"], abs=0.01)
    assert left(".band") == pytest.approx(model["band"][0], abs=0.01)
    width = troubled.find(".line .band").rect["width"] / line["width"]
    assert width == pytest.approx(model["band"][1] - model["band"][0], abs=0.01)
    fill = troubled.find(".line .fill").rect["width"] / line["width"]
    assert fill == pytest.approx(0.3, abs=0.01)

"""The behaviour cases, the rates and the floors."""

from collections import Counter
from pathlib import Path

import emoji
import pytest

from training.behaviour import floors
from training.behaviour.cases import (
    KINDS,
    KINDS_OF_DOUBT,
    KINDS_OF_OPINION,
    LABELS,
    Case,
    load_cases,
)
from training.behaviour.floors import FLOORS, Floor, broken_floors, floors_of
from training.behaviour.rates import KindRate, rates_by_kind

PERFECT = dict.fromkeys(KINDS, KindRate(cases=40, correct=40, confident_mistakes=0))
WORST = dict.fromkeys(KINDS, KindRate(cases=40, correct=0, confident_mistakes=40))


def test_every_kind_has_forty_cases() -> None:
    counts = Counter(case.kind for case in load_cases())
    assert tuple(counts) == KINDS
    assert min(counts.values()) >= 40


@pytest.mark.parametrize("kind", ["plain", "negation", "emoji"])
def test_half_of_the_cases_are_positive(kind: str) -> None:
    expected = Counter(case.expected for case in load_cases() if case.kind == kind)
    assert expected["positive"] == expected["negative"]


def test_most_sarcasm_is_negative() -> None:
    expected = Counter(case.expected for case in load_cases() if case.kind == "sarcasm")
    assert expected["negative"] > 3 * expected["positive"] > 0


def test_every_text_occurs_once() -> None:
    texts = Counter(case.text.casefold() for case in load_cases())
    assert [text for text, count in texts.items() if count > 1] == []
    assert "" not in texts


def test_unreadable_cases_hold_no_emoji() -> None:
    texts = [case.text for case in load_cases() if case.kind == "unreadable"]
    assert [text for text in texts if emoji.emoji_count(text)] == []


def test_white_space_and_line_breaks_of_a_case_are_kept() -> None:
    texts = {case.text for case in load_cases() if case.kind == "empty"}
    assert {" ", "   ", "\t", "\n\n", "\u00a0"} <= texts


def _folder_with(folder: Path, kind: str, content: str) -> Path:
    for name in KINDS:
        folder.joinpath(f"{name}.csv").write_text("expected,text\n", encoding="utf-8")
    folder.joinpath(f"{kind}.csv").write_text(content, encoding="utf-8")
    return folder


def test_a_quoted_text_is_read(tmp_path: Path) -> None:
    folder = _folder_with(tmp_path, "plain", 'expected,text\npositive,"a ""nice"", new\r\nseat"\n')
    assert load_cases(folder) == [Case("plain", "positive", 'a "nice", new\r\nseat')]


@pytest.mark.parametrize(
    ("kind", "content", "message"),
    [
        ("plain", "expected,text\ngood,nice\n", "plain.csv, line 2: 'good' in place"),
        ("plain", "expected,text\nmixed,nice\n", "'mixed' in place of negative or positive"),
        (
            "mixed",
            "expected,text\nmixed,so so\npositive,nice\n",
            "mixed.csv, line 3: 'positive' in place of mixed",
        ),
        ("empty", "expected,text\nempty\n", "empty.csv, line 2: 1 of 2 columns"),
        ("empty", "expected,text\nempty,12,13\n", "empty.csv, line 2: 3 of 2 columns"),
        ("emoji", "text,expected\n:),positive\n", "emoji.csv must begin with"),
        ("emoji", "", "emoji.csv must begin with"),
        ("foreign", 'expected,text\nforeign,"nul\n', "foreign.csv, line 2: unexpected end"),
    ],
)
def test_a_row_that_is_not_a_case_is_refused_with_file_and_line(
    kind: str, content: str, message: str, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match=message):
        load_cases(_folder_with(tmp_path, kind, content))


@pytest.mark.parametrize("kind", KINDS_OF_OPINION)
@pytest.mark.parametrize("expected", LABELS)
@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("confident", [True, False])
def test_the_expected_label_is_correct_in_a_kind_of_opinion(
    kind: str, expected: str, label: str, confident: bool
) -> None:
    right = label == expected
    rates = rates_by_kind([Case(kind, expected, "text")], [label], [confident])
    assert rates == {kind: KindRate(1, int(right), int(confident and not right))}


@pytest.mark.parametrize("kind", KINDS_OF_DOUBT)
@pytest.mark.parametrize("label", LABELS)
def test_doubt_is_correct_in_a_kind_of_doubt(kind: str, label: str) -> None:
    case = Case(kind, kind, "text")
    rates = rates_by_kind([case] * 3, [label] * 3, [True, False, True])
    assert rates == {kind: KindRate(cases=3, correct=1, confident_mistakes=2)}


def test_each_kind_is_counted_apart_and_in_order() -> None:
    cases = [
        Case("neutral", "neutral", "gate 12"),
        Case("plain", "negative", "bad"),
        Case("neutral", "neutral", "gate 14"),
        Case("plain", "positive", "good"),
        Case("plain", "positive", "nice"),
    ]
    labels = ["positive", "negative", "negative", "negative", "negative"]
    rates = rates_by_kind(cases, labels, [False, True, True, True, False])
    assert list(rates.items()) == [("plain", KindRate(3, 1, 1)), ("neutral", KindRate(2, 1, 1))]


def test_answers_of_another_number_or_label_are_refused() -> None:
    cases = [Case("plain", "positive", "good"), Case("plain", "negative", "bad")]
    with pytest.raises(ValueError, match="shorter"):
        rates_by_kind(cases, ["positive"], [True, True])
    with pytest.raises(ValueError, match="negative or positive, not neutral"):
        rates_by_kind(cases, ["positive", "neutral"], [True, True])


@pytest.mark.parametrize("family", [*FLOORS, "new"])
def test_a_perfect_model_breaks_no_floor(family: str) -> None:
    assert broken_floors(family, PERFECT) == []


FLOORS_OF_FAMILIES = [
    (family, kind, floor) for family, kinds in FLOORS.items() for kind, floor in kinds.items()
]


@pytest.mark.parametrize(("family", "kind", "floor"), FLOORS_OF_FAMILIES)
def test_a_floor_breaks_one_case_below_it(family: str, kind: str, floor: Floor) -> None:
    cases = 400
    least = round(floor.least_correct * cases)
    most = round(floor.most_confident_mistakes * cases)
    assert broken_floors(family, {**PERFECT, kind: KindRate(cases, least, most)}) == []
    broken = []
    if least > 0:
        broken += broken_floors(family, {**PERFECT, kind: KindRate(cases, least - 1, 0)})
        assert f"{kind}: {least - 1} of {cases} correct" in broken[-1]
    if most < cases:
        broken += broken_floors(family, {**PERFECT, kind: KindRate(cases, cases, most + 1)})
        assert f"{kind}: {most + 1} of {cases} confidently wrong" in broken[-1]
    assert len(broken) == (least > 0) + (most < cases) > 0


def test_a_broken_floor_is_a_sentence_with_its_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    bounds = {"negation": Floor(least_correct=0.75), "mixed": Floor(most_confident_mistakes=0.15)}
    monkeypatch.setitem(FLOORS, "distilbert", bounds)
    rates = {**PERFECT, "negation": KindRate(42, 20, 3), "mixed": KindRate(42, 35, 7)}
    assert broken_floors("distilbert", rates) == [
        "negation: 20 of 42 correct, the floor is 75 %",
        "mixed: 7 of 42 confidently wrong, the most allowed is 15 %",
    ]


def test_both_bounds_of_a_kind_can_break_at_once() -> None:
    broken = broken_floors("distilbert", WORST)
    assert len([sentence for sentence in broken if sentence.startswith("emoji")]) == 2


def test_rates_must_have_every_kind() -> None:
    with pytest.raises(KeyError, match="sarcasm"):
        broken_floors("lstm", {kind: rate for kind, rate in PERFECT.items() if kind != "sarcasm"})


def test_a_new_family_has_the_lowest_floor_of_each_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    bounds = {
        "one": {"plain": Floor(0.9, 0.1), "emoji": Floor(0.5, 0.0)},
        "other": {"plain": Floor(0.8, 0.2)},
    }
    monkeypatch.setattr(floors, "FLOORS", bounds)
    assert floors_of("new")["plain"] == Floor(0.8, 0.2)
    assert floors_of("new")["emoji"] == Floor()
    assert floors_of("one")["plain"] == Floor(0.9, 0.1)

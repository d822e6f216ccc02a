"""Tables, pictures and figures of the reliability document."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from numpy.typing import NDArray

from models.arrays import FloatArray
from models.confidence.decision import Decision
from models.confidence.promise import PROMISE, Promise
from models.examples import NEGATIVE, NEUTRAL, POSITIVE
from models.registry import FAMILIES
from tests.support.champions import REPOSITORY, Workplace
from training.behaviour.cases import KINDS
from training.behaviour.rates import KindRate
from training.data.rated import SOURCES, RatedTexts
from training.evaluation.reader_metrics import evaluate_readers
from training.reliability.figures import Resplits, figures_of_rated, resplit
from training.reliability.figures_file import keep
from training.reliability.pictures import Scored, draw_reliability, draw_risk_coverage
from training.reliability.tables import (
    behaviour_table,
    confidence_table,
    quality_table,
    resplit_table,
)

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SADeprecationWarning")

DECISION = Decision(threshold=0.5, low=0.2, high=0.8, precision=0.9, coverage=0.5)


def draw(rows: int, noise: float, seed: int = 3) -> tuple[RatedTexts, FloatArray]:
    """Rated texts of all sources, and predicted shares with normal noise."""
    generator = np.random.default_rng(seed)
    labels = generator.choice([NEGATIVE, NEUTRAL, POSITIVE], rows).astype(np.int8)
    raters = generator.dirichlet([0.5] * 3, rows).astype(np.float32)
    sides = {NEGATIVE: -3.0, NEUTRAL: 0.0, POSITIVE: 3.0}
    leaning = np.array([sides[label] for label in labels.tolist()])
    leaning += generator.normal(0, noise, rows)
    powers = np.exp(np.stack([-leaning / 2, np.zeros(rows), leaning / 2], axis=1))
    texts = [f"text {row}" for row in range(rows)]
    rated = RatedTexts(
        texts,
        raters,
        labels,
        generator.random(rows).astype(np.float32),
        [list(SOURCES)[row % 4] for row in range(rows)],
        texts,
    )
    return rated, (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)


def test_each_source_has_figures_of_its_own_rows() -> None:
    rated, shares = draw(200, noise=1)
    found = figures_of_rated(rated, shares, DECISION)
    assert list(found) == ["all sources", *SOURCES]
    assert [figures["rows"] for figures in found.values()] == [200, 50, 50, 50, 50]
    assert found["all sources"] == evaluate_readers(rated, shares, DECISION)
    films = evaluate_readers(rated.of_source("films"), shares[2::4], DECISION)
    assert found["films"] == films


def test_a_good_model_keeps_its_promise_on_most_halves() -> None:
    rated, shares = draw(1200, noise=1)
    found = resplit(shares, rated, PROMISE, count=10)
    assert found.halves == 10
    for label in ("positive", "negative"):
        assert found.broken[label] <= 3
        assert found.silent[label] == 0


def test_a_random_model_gives_no_confident_answer_on_any_half() -> None:
    rated, shares = draw(600, noise=1)
    shuffled = np.random.default_rng(1).permutation(shares)
    found = resplit(shuffled, rated, PROMISE, count=3)
    assert found == Resplits(3, {"positive": 0, "negative": 0}, {"positive": 3, "negative": 3})


def test_a_broken_promise_is_counted() -> None:
    rated, shares = draw(600, noise=0)
    labels = np.repeat([POSITIVE, NEUTRAL, NEGATIVE], [300, 150, 150]).astype(np.int8)
    shares[:] = (0.9, 0.05, 0.05)
    shares[:300] = (0.05, 0.05, 0.9)
    # Four mistakes: a half without a mistake promises 0.93, which a half with all four breaks.
    shares[[300, 301, 598, 599]] = (0.05, 0.05, 0.9)
    found = resplit(shares, replace(rated, labels=labels), Promise(0.93, 0.93, 0.25), count=40)
    assert 0 < found.broken["positive"] < 10
    assert found.broken["positive"] + found.silent["positive"] == 40


def test_tables_have_a_row_for_each_family_and_set() -> None:
    figures = {
        "rows": 1234.0,
        "roc_auc": 0.91251,
        "macro_recall": 0.7,
        "confident_positive_precision": 0.95,
        "confident_positive_precision_of_sided": 0.99,
        "confident_positive_precision_at_promise": 0.96,
        "confident_positive_recall": 0.5,
        "confident_positive_share": 0.25,
    }
    sets = {"baseline": {"airline tweets": figures}, "lstm": {"airline tweets": figures}}
    assert quality_table(sets).splitlines()[-2:] == [
        "| baseline | airline tweets | 1,234 | 0.913 | 0.700 | - | - | - |",
        "| lstm | airline tweets | 1,234 | 0.913 | 0.700 | - | - | - |",
    ]
    heading, marks, *rows = confidence_table(sets, "positive").splitlines()
    assert heading == (
        "| family | texts | precision | neutral rows as mistakes | at the promised share | recall "
        "| share of all rows |"
    )
    assert marks.count("---") == heading.count("|") - 1
    assert rows[0] == "| baseline | airline tweets | 0.990 | 0.950 | 0.960 | 0.500 | 0.250 |"
    silent = {name: 0.0 for name in figures if name.startswith("confident")}
    assert confidence_table({"lstm": {"films": silent}}, "positive").splitlines()[-1] == (
        "| lstm | films | - | - | - | 0.000 | 0.000 |"
    )
    negatives = confidence_table(sets, "negative").splitlines()
    assert negatives[-1] == "| lstm | airline tweets | - | - | - | - | - |"


def test_the_table_of_resplits_counts_by_label() -> None:
    found = Resplits(100, {"positive": 4, "negative": 7}, {"positive": 0, "negative": 12})
    assert resplit_table({"lstm": found}).splitlines()[2:] == [
        "| lstm | positive | 100 | 4 | 0 |",
        "| lstm | negative | 100 | 7 | 12 |",
    ]


RATES = {
    "baseline": {"plain": KindRate(40, 31, 2), "empty": KindRate(42, 42, 0)},
    "lstm": {"plain": KindRate(40, 35, 1), "empty": KindRate(42, 41, 1)},
}


def test_the_table_of_behaviour_has_two_columns_a_family() -> None:
    heading, _, *rows = behaviour_table(RATES).splitlines()
    assert heading == (
        "| kind | cases | baseline: correct | confidently wrong | lstm: correct "
        "| confidently wrong |"
    )
    assert rows == ["| plain | 40 | 31 | 2 | 35 | 1 |", "| empty | 42 | 42 | 0 | 41 | 1 |"]


def test_promise_cases_and_rates_are_kept_for_other_documents(tmp_path: Path) -> None:
    keep(tmp_path, RATES, Promise(0.95, 0.9, 0.25))
    assert json.loads((tmp_path / "confidence.json").read_text()) == {
        "promise": {"precision": 0.95, "share": 0.25},
        "cases": {"plain": 40, "empty": 42},
        "behaviour": {
            "baseline": {"plain": [40, 31, 2], "empty": [42, 42, 0]},
            "lstm": {"plain": [40, 35, 1], "empty": [42, 41, 1]},
        },
    }


def scored(
    labels: NDArray[np.int8], probabilities: NDArray[np.float64], decision: Decision
) -> Scored:
    return Scored(probabilities.astype(np.float32), labels, decision)


def line(figure: Figure, label: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    (axes,) = figure.axes
    (found,) = (drawn for drawn in axes.lines if drawn.get_label() == label)
    return np.asarray(found.get_xdata()), np.asarray(found.get_ydata())


def test_the_curve_of_a_perfect_ranking_is_precise_until_all_positives_are_found() -> None:
    labels = np.repeat([POSITIVE, NEUTRAL, NEGATIVE], 50).astype(np.int8)
    probabilities = np.linspace(0.99, 0.01, 150)
    half = replace(DECISION, high=float(np.float32(probabilities[24])), promised_share=0.5)
    figure = draw_risk_coverage({"lstm": scored(labels, probabilities, half)}, "Risk")
    recall, precision = line(figure, "lstm")
    assert (np.diff(recall) >= 0).all()
    assert set(precision[: 50 - 19].tolist()) == {1.0}
    # Where every text is answered, half of the answers are positive, as in the traffic.
    assert (recall[-1], precision[-1]) == (1, 0.5)
    (axes,) = figure.axes
    (dot,) = (drawn for drawn in axes.lines if drawn.get_marker() == "o")
    assert np.asarray(dot.get_xydata()).tolist() == [[0.5, 1]]


def test_a_neutral_label_counts_as_half_in_the_picture_of_reliability() -> None:
    labels = np.repeat([NEGATIVE, NEUTRAL, POSITIVE], [40, 40, 20]).astype(np.int8)
    probabilities = np.linspace(0, 1, 100)
    figure = draw_reliability({"lstm": scored(labels, probabilities, DECISION)}, "Reliability")
    mean, actual = line(figure, "lstm")
    assert actual.tolist() == [0] * 4 + [0.5] * 4 + [1] * 2
    np.testing.assert_allclose(mean, probabilities.reshape(10, 10).mean(axis=1), atol=1e-6)


def test_a_family_without_a_champion_is_one_error_line(workplace: Workplace) -> None:
    outcome = workplace.training("reliability", "champions", check=False)
    assert outcome.returncode == 2
    (error,) = outcome.stderr.splitlines()
    assert error.startswith("error: baseline has no champion in the model store: python -m")


@pytest.mark.slow
def test_the_champions_are_evaluated_in_tables_and_pictures(
    trained: Workplace, tmp_path: Path
) -> None:
    document = tmp_path / "confidence.md"
    document.write_bytes((REPOSITORY / "docs" / "confidence.md").read_bytes())
    (tmp_path / "airline.csv").write_text(
        "airline_sentiment,name,text\n"
        + "".join(
            f"{label},,{text} {number}\n"
            for number in range(20)
            for label, text in (
                ("positive", "the lovely crew of row"),
                ("negative", "the awful crew of row"),
                ("neutral", "the crew of row"),
            )
        )
    )
    trained.training(
        *("reliability", "champions", "--document", str(document)),
        *("--airline", str(tmp_path / "airline.csv")),
    )
    content = document.read_text()
    for name in ("quality", "positives", "negatives", "resplits", "behaviour"):
        begin = f"<!-- {name}: written by python -m training reliability -->"
        written = content.split(begin)[1].split(f"<!-- end of {name} -->")[0]
        rows = [line for line in written.splitlines() if line.startswith("| ")][2:]
        if name == "behaviour":
            assert len(rows) == len(KINDS)
        else:
            assert [family for family in FAMILIES if f"| {family} |" in written] == list(FAMILIES)
            sets = 2 if name == "resplits" else 2 + len(SOURCES)
            assert len(rows) == sets * len(FAMILIES)
    assert "| 60 |" in content
    for name in ("rated-texts", "airline-tweets"):
        for picture in (f"risk-coverage-{name}.png", f"reliability-{name}.png"):
            assert (tmp_path / "pictures" / picture).exists()
    assert set(json.loads((tmp_path / "confidence.json").read_text())["behaviour"]) == set(FAMILIES)

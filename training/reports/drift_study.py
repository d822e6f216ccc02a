"""The drift study: does the index rise for another kind of tweets, and stay for the same kind?"""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.confidence.calibration import fit_calibration
from models.drift.statistics import Drift, compare
from models.family import Family
from models.artifacts.folder import CalibratedScorer
from models.drift.reference import FEATURES, Binner, Reference, fit_reference
from models.shares import positive_probability
from training.reports.documents import replace_between
from training.errors import DataError
from training.data.splits import Splits

_BEGIN = "<!-- drift: written by python -m training drift shift -->"
_END = "<!-- end of drift -->"


@dataclass(frozen=True)
class Sample:
    """Tweets that are held against a reference, by what they are called."""

    name: str
    texts: list[str]


class _Unwatched:
    """A ``Monitor`` that follows nothing: the model of a study is not tracked."""

    def batch(self, epoch: int, done: int, total: int) -> None: ...

    def epoch(self, epoch: int, metrics: Mapping[str, float]) -> None: ...


def fit_with_reference(
    family: Family, splits: Splits, seed: int
) -> tuple[CalibratedScorer, Reference]:
    """A model of default options and its reference, made as ``training.fitting.train`` makes them."""
    options = family.options()
    with tempfile.TemporaryDirectory() as work:
        classifier = family.fit(
            splits.train, splits.deciding, options, seed, _Unwatched(), Path(work)
        )
    deciding = splits.deciding
    logits = classifier.logits(deciding.texts)
    calibration = fit_calibration(logits, deciding.targets)
    traffic = splits.traffic.texts
    probabilities = positive_probability(calibration.shares(classifier.logits(traffic)))
    reference = fit_reference(splits.train.texts, traffic, probabilities)
    return CalibratedScorer(classifier, calibration), reference


def draw(name: str, texts: Sequence[str], rows: int, seed: int) -> Sample:
    """``rows`` of the texts at random; ``DataError`` where there are fewer."""
    if len(texts) < rows:
        raise DataError(f"{rows} {name} are wanted, there are {len(texts)}")
    chosen = np.random.default_rng(seed).choice(len(texts), rows, replace=False)
    return Sample(name, [texts[row] for row in np.sort(chosen)])


def measure_drift(
    scorer: CalibratedScorer, reference: Reference, sample: Sample
) -> dict[str, Drift]:
    """Drift of each of ``FEATURES`` over the whole sample."""
    probabilities = positive_probability(scorer.score(sample.texts)).tolist()
    return compare(reference, Binner(reference).count(sample.texts, probabilities))


def drift_table(drifts: Mapping[str, Mapping[str, Drift]]) -> str:
    """A Markdown table: a row a feature; two columns, index and p-value, for each sample's name."""
    headings = ["feature"]
    for name in drifts:
        headings += [f"PSI, {name}", "p-value"]
    rows = [headings, ["---"] + ["---:"] * (len(headings) - 1)]
    for feature in FEATURES:
        row = [feature.replace("_", " ")]
        for of_sample in drifts.values():
            drift = of_sample[feature]
            row += [f"{drift.psi:.3f}", f"{drift.p_value:.2g}"]
        rows.append(row)
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def write_study(document: Path, text: str) -> None:
    """Put the text between the document's two markers."""
    replace_between(document, _BEGIN, _END, text)

"""The drift study: the index for tweets of another kind and for tweets of the same kind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.artifacts.folder import CalibratedScorer
from models.drift.reference import FEATURES, Binner, Reference
from models.drift.statistics import Drift, compare
from models.reader_shares import positive_probability
from training.errors import DataError
from training.markdown import markdown_table, replace_between

_BEGIN = "<!-- drift: written by python -m training drift shift -->"
_END = "<!-- end of drift -->"


@dataclass(frozen=True)
class Sample:
    """Named tweets to compare with a reference."""

    name: str
    texts: list[str]


def draw(name: str, texts: Sequence[str], rows: int, seed: int) -> Sample:
    """Draw ``rows`` of the texts at random. Raises ``DataError`` if there are fewer."""
    if len(texts) < rows:
        raise DataError(f"{rows} {name} are needed, there are {len(texts)}")
    chosen = np.random.default_rng(seed).choice(len(texts), rows, replace=False)
    return Sample(name, [texts[row] for row in np.sort(chosen)])


def measure_drift(
    scorer: CalibratedScorer, reference: Reference, sample: Sample
) -> dict[str, Drift]:
    """Drift of the sample from the reference, by feature."""
    probabilities = positive_probability(scorer.score(sample.texts)).tolist()
    return compare(reference, Binner(reference).count(sample.texts, probabilities))


def drift_table(drifts: Mapping[str, Mapping[str, Drift]]) -> str:
    """A Markdown table: a row for each feature, index and p-value for each sample."""
    headings = ["feature"]
    for name in drifts:
        headings += [f"PSI, {name}", "p-value"]
    rows = []
    for feature in FEATURES:
        row = [feature.replace("_", " ")]
        for of_sample in drifts.values():
            drift = of_sample[feature]
            row += [f"{drift.psi:.3f}", f"{drift.p_value:.2g}"]
        rows.append(row)
    return markdown_table(headings, rows)


def write_study(document: Path, text: str) -> None:
    """Write the text between the two marking lines of the document."""
    replace_between(document, _BEGIN, _END, text)

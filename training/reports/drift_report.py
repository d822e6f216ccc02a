"""The drift report: kept feedback compared with the champions' references, as one HTML page.

The page holds figures and pictures, no text of a user, and loads no other file.
"""

import base64
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape

import numpy as np
from matplotlib.figure import Figure

from models.artifacts.store import StoredModel
from models.drift.reference import FEATURES, Binner, Histogram, Reference
from models.drift.statistics import LARGE, NOTABLE, Drift, drift
from training.reports.kept_feedback import KeptFeedback

# With fewer texts, chance alone may raise the index of unchanged tweets to near the limit.
_LEAST = 200

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse }
td, th { border-bottom: 1px solid #ccc; padding: .3rem .8rem; text-align: right }
td:first-child, th:first-child { text-align: left }
img { max-width: 100% }
.note { background: #fff4d6; padding: .5rem 1rem }
"""
_CAVEATS = f"""
<p>PSI, the population stability index, measures how far a distribution moved: 0 means not at all,
below {NOTABLE:g} counts as stable, from {LARGE:g} on as shifted. The p-value is that of a
chi-square test on the same bins: chance alone makes a difference as large with this probability.
With many texts the test also finds differences that are too small to matter.</p>
<p>Users who gave a verdict consented to keep these texts, scrubbed of mentions, links, addresses
and numbers. They are no fair sample of the traffic, whose drift is
<code>sentiment_drift_score</code>. The probability is compared only for texts that the champion's
own version scored.</p>
"""


@dataclass(frozen=True)
class FeatureDrift:
    """One feature: its histogram in the reference, its counts in the kept texts, their drift."""

    name: str
    reference: Histogram
    counts: list[int]
    drift: Drift


@dataclass(frozen=True)
class Section:
    """The part of the report on one champion."""

    champion: StoredModel
    reference: Reference
    feedback: KeptFeedback
    features: list[FeatureDrift]


def compare_feedback(
    champion: StoredModel, reference: Reference, feedback: KeptFeedback
) -> Section:
    """Drift of a champion's kept feedback, for each feature with at least one text."""
    own = [version == champion.version for version in feedback.versions]
    binner = Binner(reference)
    counts = binner.count(feedback.texts, feedback.probabilities)
    counts["probability"] = binner.count(
        [text for text, is_own in zip(feedback.texts, own, strict=True) if is_own],
        [value for value, is_own in zip(feedback.probabilities, own, strict=True) if is_own],
    )["probability"]
    features = []
    for name in FEATURES:
        histogram = reference.histograms[name]
        if sum(counts[name]):
            difference = drift(histogram.counts, counts[name])
            features.append(FeatureDrift(name, histogram, counts[name], difference))
    return Section(champion, reference, feedback, features)


def drift_report(sections: Sequence[Section], unreferenced: Mapping[str, str]) -> str:
    """The HTML page; ``unreferenced`` maps each champion without a reference to its version."""
    head = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Drift of kept feedback</title>'
        f"<style>{_STYLE}</style><h1>Drift of kept feedback</h1>"
        f"<p>Written {datetime.now(UTC):%Y-%m-%d %H:%M} UTC.</p>"
    )
    parts = [head, _CAVEATS, *map(_section, sections)]
    parts += [
        f"<h2>{escape(name)}</h2><p class=note>Version {escape(version)} keeps no reference: "
        "train and promote it again.</p>"
        for name, version in unreferenced.items()
    ]
    return "\n".join(parts) + "\n</html>\n"


def _section(section: Section) -> str:
    champion, feedback = section.champion, section.feedback
    title = f"<h2>{escape(champion.name)} {escape(champion.version)}</h2>"
    if not len(feedback):
        return f"{title}<p class=note>No text was kept.</p>"
    own = feedback.versions.count(champion.version)
    span = f"{feedback.recorded[0]:%Y-%m-%d} to {feedback.recorded[-1]:%Y-%m-%d}"
    facts = (
        f"<p>{len(feedback):,} kept texts, {span}, {own:,} of them scored by this version; "
        f"the reference is {section.reference.rows:,} tweets that were not trained on, and "
        f"{len(section.reference.words):,} known words.</p>"
    )
    note = (
        f"<p class=note>Fewer than {_LEAST} texts: chance alone makes the index large.</p>"
        if len(feedback) < _LEAST
        else ""
    )
    rows = "".join(
        f"<tr><td>{_shown(feature.name)}<td>{sum(feature.counts):,}<td>{feature.drift.psi:.3f}"
        f"<td>{_verdict(feature.drift.psi)}<td>{feature.drift.p_value:.2g}"
        for feature in section.features
    )
    table = f"<table><tr><th>feature<th>texts<th>PSI<th>verdict<th>p-value{rows}</table>"
    picture = base64.b64encode(_draw(section.features)).decode()
    alt = "Shares of the reference and of the kept texts in each bin, by feature"
    return f'{title}{facts}{note}{table}<img alt="{alt}" src="data:image/png;base64,{picture}">'


def _draw(features: Sequence[FeatureDrift]) -> bytes:
    """A PNG with one row for each feature and two bars for each bin."""
    figure = Figure(figsize=(9, 2.4 * len(features)), layout="constrained", dpi=100)
    for axes, feature in zip(
        figure.subplots(len(features), 1, squeeze=False)[:, 0], features, strict=True
    ):
        places = np.arange(len(feature.counts))
        for offset, name, counts in (
            (-0.2, "reference", feature.reference.counts),
            (0.2, "kept texts", feature.counts),
        ):
            axes.bar(places + offset, np.array(counts) / sum(counts), 0.4, label=name)
        axes.set_xticks(places, _bin_names(feature.reference.edges), fontsize=8)
        axes.set_title(f"{_shown(feature.name)} (PSI {feature.drift.psi:.3f})", fontsize=10)
        axes.set_ylabel("share")
        axes.legend(fontsize=8)
    file = io.BytesIO()
    figure.savefig(file, format="png")
    return file.getvalue()


def _bin_names(edges: Sequence[float]) -> list[str]:
    return [*(f"≤ {edge:.3g}" for edge in edges), f"> {edges[-1]:.3g}"]


def _verdict(psi: float) -> str:
    if psi < NOTABLE:
        return "stable"
    return "moved a little" if psi < LARGE else "shifted"


def _shown(name: str) -> str:
    return escape(name.replace("_", " "))

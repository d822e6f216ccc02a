"""Reliability figures that other documents show, kept in a JSON file."""

import json
from collections.abc import Mapping
from pathlib import Path

from models.confidence.promise import Promise
from training.behaviour.rates import KindRate

CONFIDENCE = "confidence.json"


def keep(folder: Path, rates: Mapping[str, Mapping[str, KindRate]], promise: Promise) -> None:
    """Write the promise, the number of cases by kind, and each family's rates by kind."""
    first = next(iter(rates.values()))
    kept = {
        "promise": {"precision": promise.precision, "share": promise.share},
        "cases": {kind: rate.cases for kind, rate in first.items()},
        "behaviour": {
            family: {
                kind: [rate.cases, rate.correct, rate.confident_mistakes]
                for kind, rate in of_family.items()
            }
            for family, of_family in rates.items()
        },
    }
    (folder / CONFIDENCE).write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")

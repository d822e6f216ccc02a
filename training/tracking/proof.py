"""The proof of a model: its scores of invented tweets, recorded when it was trained."""

from itertools import product

import numpy as np
from mlflow.entities import Run

from models.arrays import FloatArray
from training.tracking.artifacts import load_artifact

PROOF = "proof.json"
_OPENINGS = ("", "@AirParadis ", "RT @friend: ", "Honestly, ", "#travel ")
_SUBJECTS = ("the crew", "my flight", "your app", "boarding", "the seat in row 23")
_VERDICTS = (
    "was lovely, thank you so much!",
    "wasn&#39;t good at all :(",
    "was late AGAIN, never flying with you",
    "is fine I guess",
)
_ENDINGS = ("", " \U0001f680\u2764\ufe0f https://example.org/p?id=1 #bestFlight &amp; more")


def proof_texts() -> list[str]:
    """200 texts with names, links, entities, hashtags, emojis, negations; always the same."""
    parts = product(_OPENINGS, _SUBJECTS, _VERDICTS, _ENDINGS)
    return [f"{opening}{subject} {rest}{end}" for opening, subject, rest, end in parts]


def recorded_scores(run: Run) -> FloatArray:
    """Scores that the run's model gave ``proof_texts`` after its training, shape (200, 3)."""
    return np.array(load_artifact(run, PROOF)["scores"], dtype=np.float32)

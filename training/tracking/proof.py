"""Invented tweets on which a model proves that it still scores as it did when it was trained."""

from itertools import product

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

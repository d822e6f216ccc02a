"""Parts of rows with their answers: equal texts are scored once."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.errors import TrainingError
from training.scoring.engine import CHUNK_TEXTS, Engine
from training.scoring.input_rows import RowPart
from training.scoring.known_texts import KnownTexts
from training.scoring.scored_texts import ScoredTexts


@dataclass(frozen=True)
class ScoredPart:
    """Rows with the answers to their texts, and the answers to the texts that were new.

    ``resumed``: a killed run had scored and written the part.
    """

    part: RowPart
    answers: ScoredTexts
    new_answers: ScoredTexts
    resumed: bool = False


def score_parts(
    parts: Iterator[RowPart],
    engine: Engine,
    known: KnownTexts,
    finished: Iterable[ScoredTexts] = (),
) -> Iterator[ScoredPart]:
    """Each part with its answers, in order.

    ``finished``: answers to the new texts of the first parts, from a killed run. The texts of a
    chunk depend on the rows alone, so that a resumed run gives the same answers.
    """
    for answers in finished:
        part = next(parts, None)
        numbers, new = known.number(part.texts if part else [])
        if part is None or len(new) != len(answers):
            raise TrainingError("the finished parts do not belong to these rows: delete them")
        known.add(answers)
        yield ScoredPart(part, known.answers(numbers), answers, resumed=True)
    ahead: deque[tuple[RowPart, NDArray[np.int64], int]] = deque()

    def chunks() -> Iterator[list[str]]:
        for part in parts:
            numbers, new = known.number(part.texts)
            # A part without new texts is an empty chunk, so that no part waits for a later one.
            pieces = range(0, len(new) or 1, CHUNK_TEXTS)
            ahead.append((part, numbers, len(pieces)))
            yield from (new[start : start + CHUNK_TEXTS] for start in pieces)

    results = engine.map(chunks())
    for first in results:
        part, numbers, pieces = ahead.popleft()
        answers = ScoredTexts.joined([first, *(next(results) for _ in range(pieces - 1))])
        known.add(answers)
        yield ScoredPart(part, known.answers(numbers), answers)

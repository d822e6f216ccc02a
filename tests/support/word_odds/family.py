"""Word odds: the log-odds of a text are the mean log-odds of its words."""

import json
from collections import Counter
from collections.abc import Sequence
from math import log
from pathlib import Path

import numpy as np
from pydantic import BaseModel, Field

from models.arrays import FloatArray
from models.examples import POSITIVE, Examples
from models.family import Backend, Bootstrap, Monitor, Tokens

_ODDS = "odds.json"


class WordOddsOptions(BaseModel):
    smoothing: float = Field(1.0, gt=0, description="count that each word begins with")


class WordOddsClassifier:
    checkpoint = "word-odds"

    def __init__(self, odds: dict[str, float]) -> None:
        self._odds = odds

    def tokenize(self, texts: Sequence[str]) -> Tokens[list[str]]:
        words = [text.lower().split() for text in texts]
        unknown = [
            sum(word not in self._odds for word in of_text) / max(1, len(of_text))
            for of_text in words
        ]
        return Tokens(words, np.array(unknown, dtype=np.float32))

    def score(self, tokens: Tokens[list[str]]) -> FloatArray:
        means = [
            sum(self._odds.get(word, 0.0) for word in words) / max(1, len(words))
            for words in tokens.inputs
        ]
        return np.array([(0.0, mean) for mean in means], dtype=np.float32).reshape(-1, 2)

    def logits(self, texts: Sequence[str]) -> FloatArray:
        return self.score(self.tokenize(texts))

    def save(self, folder: Path) -> None:
        (folder / _ODDS).write_text(json.dumps(self._odds), encoding="utf-8")


class WordOdds:
    name = "word_odds"
    summary = "Mean log-odds of the words of a text"
    uses_gpu = False
    linear = False
    options = WordOddsOptions
    packages: tuple[str, ...] = ()

    def bootstrap(self) -> Bootstrap:
        return Bootstrap(WordOddsOptions())

    def fit(
        self,
        train: Examples,
        validation: Examples,
        options: WordOddsOptions,
        seed: int,
        monitor: Monitor,
        work: Path,
    ) -> WordOddsClassifier:
        counts = {True: Counter[str](), False: Counter[str]()}
        for text, label in zip(train.texts, train.labels.tolist(), strict=True):
            counts[label == POSITIVE].update(text.lower().split())
        words = counts[True].keys() | counts[False].keys()
        return WordOddsClassifier(
            {
                word: log(counts[True][word] + options.smoothing)
                - log(counts[False][word] + options.smoothing)
                for word in sorted(words)
            }
        )

    def load(self, folder: Path, backend: Backend, threads: int) -> WordOddsClassifier:
        return WordOddsClassifier(json.loads((folder / _ODDS).read_text(encoding="utf-8")))

"""Answers of the champion to the texts of mentions."""

import os
from collections.abc import Sequence
from hashlib import blake2b

from cachetools import LRUCache

from models.answers import Answer, answer
from models.artifacts.folder import load_model
from models.artifacts.manifest import ModelFolderError
from models.artifacts.signature import verify_model
from models.artifacts.store import find_champion
from serving.settings import Settings


class MentionScorer:
    """The champion of a family on the CPU. Equal texts, such as retweets, are scored once.

    A cache keeps the answers to recent texts under keyed hashes, and no text.
    """

    def __init__(self, family: str, settings: Settings) -> None:
        """Verify and load the champion. Raises ``ModelFolderError``."""
        # serving.prediction.champions would register the metrics of the HTTP service here.
        champion = find_champion(family)
        if champion is None:
            raise ModelFolderError(
                f"the model store holds no {family}: python -m training bootstrap makes one"
            )
        self.model = champion
        verify_model(self.model.folder, settings.model_key)
        self._manifest, self._scorer = load_model(self.model.folder, "onnx", settings.threads)
        self._answers: LRUCache[bytes, Answer] = LRUCache(max(1, settings.cache_texts))
        self._key = os.urandom(16)

    def answers(self, texts: Sequence[str]) -> list[Answer]:
        """The answers in the order of ``texts``."""
        keys = [blake2b(text.encode(), key=self._key, digest_size=16).digest() for text in texts]
        known = {key: self._answers[key] for key in keys if key in self._answers}
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if new:
            known.update(
                zip(new, answer(self._scorer, self._manifest, list(new.values())), strict=True)
            )
            self._answers.update((key, known[key]) for key in new)
        return [known[key] for key in keys]

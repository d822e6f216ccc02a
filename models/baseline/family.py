"""Baseline family: n-grams of words and of characters under a linear classifier."""

import json
import re
from pathlib import Path

import numpy as np

from models.baseline.classifier import VOCABULARY, WEIGHTS, BaselineClassifier
from models.baseline.fitting import fit_linear_classifier
from models.baseline.options import BaselineOptions
from models.baseline.vectorizer import NgramVectorizer
from models.examples import Examples
from models.family import Backend, Bootstrap, Monitor
from models.text.normalization import normalize_full, normalize_light

_WORD = re.compile(r"<user>|<url>|[\w']+|[^\w\s]+")


class Baseline:
    """See ``models.family.Family``. The one backend is NumPy."""

    name = "baseline"
    summary = "Linear classifier of word and character n-grams"
    uses_gpu = False
    linear = True
    options = BaselineOptions
    packages: tuple[str, ...] = ("scikit-learn",)

    def bootstrap(self) -> Bootstrap:
        return Bootstrap(BaselineOptions())

    def fit(
        self,
        train: Examples,
        validation: Examples,
        options: BaselineOptions,
        seed: int,
        monitor: Monitor,
        work: Path,
    ) -> BaselineClassifier:
        from scipy.sparse import hstack

        vectorizers = _vectorizers(options)
        steps = len(vectorizers) + 1
        features = []
        for step, vectorizer in enumerate(vectorizers):
            monitor.batch(0, step, steps)
            features.append(vectorizer.fit_transform(train.texts))
        monitor.batch(0, len(vectorizers), steps)
        coefficients, intercepts = fit_linear_classifier(
            hstack(features, format="csr"), train, options, seed
        )
        monitor.batch(0, steps, steps)
        ends = np.cumsum([vectorizer.size for vectorizer in vectorizers])
        return BaselineClassifier(
            options, vectorizers, np.split(coefficients, ends[:-1]), intercepts
        )

    def load(self, folder: Path, backend: Backend, threads: int) -> BaselineClassifier:
        from safetensors.numpy import load_file

        arrays = load_file(folder / WEIGHTS)
        vocabulary = json.loads((folder / VOCABULARY).read_text(encoding="utf-8"))
        options = BaselineOptions(**vocabulary["options"])
        vectorizers = _vectorizers(options)
        coefficients = []
        for vectorizer in vectorizers:
            prefix = vectorizer.kind.removesuffix("s")
            vectorizer.restore(vocabulary[vectorizer.kind], arrays.get(f"{prefix}_idf"))
            coefficients.append(arrays[f"{prefix}_coefficients"].astype(np.float32))
        return BaselineClassifier(options, vectorizers, coefficients, arrays["intercepts"])


def normalize_words(text: str) -> str:
    """Words, masks and runs of signs of the light text, in lower case, separated by spaces."""
    return " ".join(_WORD.findall(normalize_light(text).lower()))


def _vectorizers(options: BaselineOptions) -> list[NgramVectorizer]:
    """An unfitted vectorizer for each kind of n-grams that the options ask for."""
    normalize = normalize_full if options.normalisation == "full" else normalize_words
    limits = (options.features, options.min_df, options.max_features)
    vectorizers = []
    if options.word_ngrams:
        vectorizers.append(NgramVectorizer("words", options.word_ngrams, normalize, *limits))
    if options.character_ngrams:
        vectorizers.append(
            NgramVectorizer("characters", options.character_ngrams, normalize_light, *limits)
        )
    return vectorizers

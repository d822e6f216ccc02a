"""The models that a worker serves. A champion may be replaced while requests run."""

from collections.abc import Iterator, Mapping

from serving.prediction.predictor import Observer, Predictor


class ServedModels:
    """The predictors of one worker by family, in the order of ``SENTIMENT_MODELS``."""

    def __init__(self, champions: Mapping[str, Predictor]) -> None:
        self._champions = dict(champions)
        self._observers: dict[str, Observer] = {}

    def __iter__(self) -> Iterator[str]:
        """The families."""
        return iter(self._champions)

    def __contains__(self, family: str) -> bool:
        return family in self._champions

    def champion(self, family: str) -> Predictor:
        """The predictor of the family's champion."""
        return self._champions[family]

    def replace_champion(self, family: str, predictor: Predictor) -> None:
        """Let later requests be answered by another predictor. Running requests keep theirs."""
        predictor.observe = self._observers.get(family)
        self._champions[family] = predictor

    def observe(self, family: str, observer: Observer) -> None:
        """Call ``observer`` with the predictions of the family's present and later champions."""
        self._observers[family] = self._champions[family].observe = observer

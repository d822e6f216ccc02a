"""The split of the clients between a champion and its challenger."""

from serving.challenger_settings import Split
from serving.prediction.predictor import Predictor
from serving.prediction_ids import PredictionTokens


class ClientSplit:
    """The clients of one family whom the challenger answers.

    A keyed hash gives each client a position in [0, 1), the same in every worker, in every replica
    and after a restart. The challenger answers the clients whose position is below its share. A
    higher share therefore keeps the earlier clients.

    The split begins ``enabled=False``: nobody knows yet whether the challenger was rolled back.
    """

    def __init__(self, split: Split, challenger: Predictor, tokens: PredictionTokens) -> None:
        self.family, self.challenger = split.family, challenger
        self.enabled = False
        self._share, self._tokens = split.percent / 100, tokens

    def answers(self, client: str) -> bool:
        """Whether the challenger answers a client, by the client's identity."""
        return self.enabled and self._tokens.position(f"split {self.family}", client) < self._share

"""Loading of a stored model as a predictor that answers at once."""

from functools import partial

from models.artifacts.store import Alias, StoredModel
from models.registry import FAMILIES
from serving.prediction.champions import load_warm_scorer
from serving.prediction.predictor import Predictor
from serving.prediction.runner import RunnerClient
from serving.prediction.scoring import (
    contributions_in_thread,
    score_in_thread,
    score_on_loop,
)
from serving.prediction_ids import PredictionTokens
from serving.settings import Settings
from serving.workers.cores import Cores


def load_predictor(
    model: StoredModel,
    tokens: PredictionTokens,
    settings: Settings,
    cores: Cores,
    runner: RunnerClient | None = None,
    alias: Alias = "champion",
) -> Predictor:
    """The predictor of a champion or a challenger, loaded and warmed up.

    With ``runner`` the runner service of the family scores, and nothing is loaded here. The runner
    must hold the version. Without ``runner`` the model is loaded into this process, which takes up
    to seconds. Raises ``ModelFolderError`` if a file differs from the manifest.
    """
    linear = FAMILIES[model.name].linear
    predictor = partial(Predictor, model, tokens=tokens, settings=settings, alias=alias)
    if runner is not None:
        return predictor(
            partial(runner.score, model.version),
            contributions=partial(runner.contributions, model.version) if linear else None,
            is_ready=runner.is_alive,
        )
    scorer = load_warm_scorer(model, settings.scoring_backend, settings.threads)
    languages = model.manifest.languages
    if linear:
        return predictor(
            score_on_loop(scorer, languages), contributions=contributions_in_thread(scorer)
        )
    return predictor(score_in_thread(scorer, languages), cores=cores)

"""The models of a worker, with the trained baseline under two versions."""

import asyncio
from collections.abc import Sequence

from models.artifacts.folder import load_model
from models.artifacts.store import StoredModel
from serving.prediction.predictor import Predictor
from serving.prediction.scoring import score_on_loop
from serving.prediction.served_models import ServedModels
from serving.prediction.timing import RequestTiming
from serving.prediction_ids import PredictionTokens
from serving.schemas import Prediction
from serving.settings import Settings
from tests.support.champions import Workplace


def test_the_observer_of_a_family_sees_the_predictions_of_a_new_champion(
    trained: Workplace,
) -> None:
    folder = trained.champion("baseline")
    manifest, scorer = load_model(folder, "onnx")

    def predictor(version: str) -> Predictor:
        model = StoredModel("baseline", version, "run", "digest", folder, manifest)
        score = score_on_loop(scorer, manifest.languages)
        return Predictor(model, score, PredictionTokens("secret", 3600), Settings())

    seen: list[tuple[str, str]] = []

    def observe(texts: Sequence[str], predictions: Sequence[Prediction]) -> None:
        seen.extend(zip(texts, [made.model.version for made in predictions], strict=True))

    models = ServedModels({"baseline": predictor("v1")})
    replaced = models.champion("baseline")
    models.observe("baseline", observe)
    asyncio.run(models.champion("baseline").predict(["on time"], RequestTiming()))
    models.replace_champion("baseline", predictor("v2"))
    asyncio.run(models.champion("baseline").predict(["late"], RequestTiming()))
    asyncio.run(replaced.predict(["began before the change"], RequestTiming()))
    assert seen == [("on time", "v1"), ("late", "v2"), ("began before the change", "v1")]

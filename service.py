"""The Bento: the API service, and one runner service for each family of models."""

import asyncio
import atexit
import gc
import json
import os
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

os.environ.setdefault("BENTOML_DO_NOT_TRACK", "true")

import bentoml
import numpy as np
from bentoml.models import BentoModel

from models.arrays import FloatArray
from models.artifacts.manifest import check_model
from models.artifacts.store import Champion, stored_name
from models.explanation import contributions
from models.registry import FAMILIES
from serving.app import attach, create_app
from serving.feedback.database import migrate
from serving.feedback.store import FeedbackStore
from serving.http.errors import JsonErrors
from serving.http.openapi import route_paths
from serving.image import IMAGE
from serving.metrics import RequestMetrics
from serving.prediction.champions import load_warm_scorer, require_champion
from serving.prediction.predictor import Predictor, ServedModel
from serving.prediction.scoring import (
    ScoredBatch,
    ScorerUnavailableError,
    score_in_thread,
    score_on_loop,
    score_texts,
)
from serving.prediction_ids import PredictionTokens, load_or_create_secret
from serving.settings import count_gpus, settings
from serving.workers.cores import Cores
from serving.workers.shared import WorkerNumbers

config = settings()
app = create_app(config)


# How the parent process tells its workers which versions to serve.
_VERSIONS = "SENTIMENT_SERVED_VERSIONS"
# And where these tell each other what they do.
_WORKERS = "SENTIMENT_WORKERS_FOLDER"


def served_champion(family: str) -> Champion:
    """The family's champion in the version that the parent process chose for all workers.

    A worker that is started anew after a promotion must not mix two versions.
    """
    versions = json.loads(os.environ.get(_VERSIONS, "{}"))
    return require_champion(family, versions.get(family, "latest"))


def shared_numbers(name: str) -> WorkerNumbers:
    """Those that the workers share, or this worker's alone where the folder of that is gone."""
    folder = os.environ.get(_WORKERS, "")
    if not Path(folder).is_dir():
        return WorkerNumbers.alone()
    worker = bentoml.server_context.worker_index or 0
    return WorkerNumbers.shared(Path(folder, name), config.api_workers, worker)


def runner_service(family: str) -> "bentoml.Service[Any]":
    """A service of its own process that scores lists of texts for the API service."""
    on_gpu = FAMILIES[family].uses_gpu and count_gpus()

    @bentoml.service(
        name=f"sentiment-{family}-runner",
        resources={"gpu": 0.5} if on_gpu else {"cpu": config.threads},
        traffic={"timeout": config.timeout_s},
        metrics={"enabled": False},
        # The client drops its shared session after this many requests, calls in flight or not.
        runner_connection={"max_requests": 2**31 - 1, "max_age": 1e9},
    )
    class Runner:
        model = BentoModel(f"{stored_name(family)}:latest")

        def __init__(self) -> None:
            champion = served_champion(family)
            self.languages = champion.manifest.languages
            self.scorer = load_warm_scorer(champion, config.scoring_backend, config.threads)

        @bentoml.api  # type: ignore[untyped-decorator]
        def score(self, texts: list[str]) -> np.ndarray:
            return score_texts(self.scorer, self.languages, texts)

        @bentoml.api  # type: ignore[untyped-decorator]
        def contributions(self, text: str) -> np.ndarray:
            return contributions(self.scorer, text)

    return Runner


class Sentiment:
    def __init__(self) -> None:
        tokens = PredictionTokens(
            config.secret_key.get_secret_value() or load_or_create_secret(config.data_dir),
            lifetime_s=config.prediction_hours * 3600,
        )
        self.cores = Cores(shared_numbers("calls"))
        predictor = Predictor(
            {family: self.serve(family) for family in config.models}, tokens, config
        )
        attach(app, predictor, tokens, FeedbackStore(config.database_url))
        # What is loaded by now stays: collecting garbage need not look through it again.
        gc.collect()
        gc.freeze()

    def serve(self, family: str) -> ServedModel:
        champion, linear = served_champion(family), FAMILIES[family].linear
        if config.placement == "service":
            runner = getattr(self, f"{family}_runner")

            async def ask(method: str, **arguments: object) -> FloatArray:
                try:
                    answer: FloatArray = await getattr(runner.to_async, method)(**arguments)
                except Exception as error:
                    # Whatever the client meets: the runner does not answer.
                    raise ScorerUnavailableError(family) from error
                return answer

            async def score_remotely(texts: list[str]) -> ScoredBatch:
                return ScoredBatch(await ask("score", texts=texts))

            async def contributions_remotely(text: str) -> FloatArray:
                return await ask("contributions", text=text)

            return ServedModel(champion, score_remotely, contributions_remotely if linear else None)
        scorer = load_warm_scorer(champion, config.scoring_backend, config.threads)

        async def contributions_here(text: str) -> FloatArray:
            return await asyncio.to_thread(contributions, scorer, text)

        languages = champion.manifest.languages
        if linear:
            return ServedModel(champion, score_on_loop(scorer, languages), contributions_here)
        return ServedModel(champion, score_in_thread(scorer, languages), cores=self.cores)

    @bentoml.on_deployment  # type: ignore[untyped-decorator]
    @staticmethod
    def prepare() -> None:
        """Once, in the parent process, before any worker starts."""
        bento = SentimentService.bento
        pinned = (
            {model.tag.name: model.tag.version for model in bento.info.all_models} if bento else {}
        )
        versions = {}
        for family in config.models:
            champion = require_champion(family, pinned.get(stored_name(family), "latest"))
            check_model(champion.folder)
            versions[family] = champion.version
        os.environ[_VERSIONS] = json.dumps(versions)
        os.environ[_WORKERS] = mkdtemp(prefix="sentiment-workers-")
        atexit.register(rmtree, os.environ[_WORKERS], ignore_errors=True)
        migrate(config.database_url)
        if not config.secret_key.get_secret_value():
            load_or_create_secret(config.data_dir)


for family in config.models:
    require_champion(family)
    setattr(Sentiment, f"{family}_model", BentoModel(f"{stored_name(family)}:latest"))
    if config.placement == "service":
        setattr(Sentiment, f"{family}_runner", bentoml.depends(runner_service(family)))

SentimentService = bentoml.service(
    name="sentiment",
    image=IMAGE,
    workers=config.api_workers,
    # Longer than the contract's own time-out, which answers first.
    traffic={"timeout": config.timeout_s + 30},
    metrics={"enabled": False},
    logging={"access": {"enabled": config.access_log}},
    tracing={} if config.tracing else {"excluded_urls": ".*"},
)(bentoml.asgi_app(app)(Sentiment))
SentimentService.add_asgi_middleware(RequestMetrics, routes=route_paths(app))
SentimentService.add_asgi_middleware(JsonErrors)

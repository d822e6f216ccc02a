"""The Bento: the API service, and one runner service for each family of models."""

import atexit
import gc
import os
from functools import partial
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

os.environ.setdefault("BENTOML_DO_NOT_TRACK", "true")

import bentoml
import numpy as np
from bentoml.models import BentoModel

from models.artifacts.signature import verify_model
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
from serving.parent_process import instruct_workers, served_version, workers_folder
from serving.prediction.champions import load_warm_scorer, require_champion
from serving.prediction.predictor import Predictor
from serving.prediction.runner import RunnerClient
from serving.prediction.scoring import (
    contributions_in_thread,
    score_in_thread,
    score_on_loop,
    score_texts,
)
from serving.prediction_ids import PredictionTokens, load_or_create_secret
from serving.settings import count_gpus, settings
from serving.workers.cores import Cores
from serving.workers.shared_counters import SharedCounters

config = settings()
app = create_app(config)


def served_champion(family: str) -> Champion:
    return require_champion(family, served_version(family))


def shared_counters(name: str) -> SharedCounters:
    """The counters ``name`` of all workers, or of this worker alone if there is no folder."""
    folder = workers_folder()
    if folder is None:
        return SharedCounters.alone()
    worker = bentoml.server_context.worker_index or 0
    return SharedCounters.shared(folder / name, config.api_workers, worker)


def runner_service(family: str) -> "bentoml.Service[Any]":
    """A service that scores for the API service, in a process of its own."""
    on_gpu = FAMILIES[family].uses_gpu and count_gpus()

    @bentoml.service(
        name=f"sentiment-{family}-runner",
        resources={"gpu": 0.5} if on_gpu else {"cpu": config.threads},
        traffic={"timeout": config.timeout_s},
        metrics={"enabled": False},
        # BentoML's client closes its session after so many requests, even with calls in flight.
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
        self.tokens = PredictionTokens(
            config.secret_key.get_secret_value() or load_or_create_secret(config.data_dir),
            lifetime_s=config.prediction_hours * 3600,
        )
        self.cores = Cores(shared_counters("calls"))
        predictors = {family: self.predictor(family) for family in config.models}
        attach(app, predictors, self.tokens, FeedbackStore(config.database_url))
        # Garbage collection need not search the objects that were loaded at start.
        gc.collect()
        gc.freeze()

    def predictor(self, family: str) -> Predictor:
        champion, linear = served_champion(family), FAMILIES[family].linear
        predictor = partial(Predictor, champion, tokens=self.tokens, settings=config)
        if config.placement == "service":
            runner = RunnerClient(family, getattr(self, f"{family}_runner").to_async)
            return predictor(runner.score, contributions=runner.contributions if linear else None)
        scorer = load_warm_scorer(champion, config.scoring_backend, config.threads)
        languages = champion.manifest.languages
        if linear:
            return predictor(
                score_on_loop(scorer, languages), contributions=contributions_in_thread(scorer)
            )
        return predictor(score_in_thread(scorer, languages), cores=self.cores)

    @bentoml.on_deployment  # type: ignore[untyped-decorator]
    @staticmethod
    def prepare() -> None:
        """Run once in the parent process, before any worker starts."""
        bento = SentimentService.bento
        pinned = (
            {model.tag.name: model.tag.version for model in bento.info.all_models} if bento else {}
        )
        versions = {}
        for family in config.models:
            champion = require_champion(family, pinned.get(stored_name(family), "latest"))
            verify_model(champion.folder, config.model_key)
            versions[family] = champion.version
        folder = mkdtemp(prefix="sentiment-workers-")
        atexit.register(rmtree, folder, ignore_errors=True)
        instruct_workers(versions, folder)
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
    # Longer than the time-out of the prediction routes, whose error is JSON.
    traffic={"timeout": config.timeout_s + 30},
    metrics={"enabled": False},
    logging={"access": {"enabled": config.access_log}},
    tracing={} if config.tracing else {"excluded_urls": ".*"},
)(bentoml.asgi_app(app)(Sentiment))
SentimentService.add_asgi_middleware(RequestMetrics, routes=route_paths(app))
SentimentService.add_asgi_middleware(JsonErrors)

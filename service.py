"""The Bento: the API service, and one runner service for each family of models."""

import gc
import os
from functools import partial
from typing import Any

os.environ.setdefault("BENTOML_DO_NOT_TRACK", "true")

from serving.parent_process.instructions import instructions, use_metrics_folder

use_metrics_folder()

import bentoml
import numpy as np
import uvicorn.config
from bentoml.models import BentoModel

from models.artifacts.store import StoredModel, stored_name
from models.explanation import contributions
from models.registry import FAMILIES
from serving.app import attach, create_app
from serving.challenger.comparison import Comparison
from serving.challenger.shadow_scorer import THREADS, ShadowScorer, yield_processor
from serving.challenger.stored_challengers import (
    require_challenger,
    verified_challenger,
)
from serving.feedback.bounds import FeedbackBounds
from serving.feedback.store import FeedbackStore
from serving.http.log_lines import install_log_lines
from serving.http.middleware import add_middleware
from serving.image import IMAGE
from serving.machine import count_gpus
from serving.model_changes.report import ModelChanges
from serving.model_changes.runner_follower import HeldModel, RunnerFollower
from serving.model_changes.state import ModelVersion
from serving.model_changes.worker_follower import WorkerFollower
from serving.parent_process.preparation import prepare_server
from serving.parent_process.start_error import one_line_start_errors
from serving.prediction.champions import load_warm_scorer, require_champion, verified_champion
from serving.prediction.loading import load_predictor
from serving.prediction.predictor import Predictor
from serving.prediction.runner import RunnerClient
from serving.prediction.scoring import score_texts
from serving.prediction.served_models import ServedModels
from serving.prediction_ids import PredictionTokens
from serving.settings import settings
from serving.workers.cores import Cores
from serving.workers.descriptor_watch import report_exhausted_descriptors
from serving.workers.draining import Draining, RunnerDraining
from serving.workers.life_lock import LifeLock
from serving.workers.parent_watch import end_with_parent
from serving.workers.shared_counters import SharedCounters
from serving.workers.shared_storage import SharedStorage

# BentoML starts uvicorn without `http=`. uvicorn then looks up "auto" in this table.
uvicorn.config.HTTP_PROTOCOLS["auto"] = "serving.http.connection.protocol:Connection"

with one_line_start_errors():
    config = settings()
    # uvicorn trusts the forwarding headers of these proxies alone. By default it trusts 127.0.0.1.
    os.environ["FORWARDED_ALLOW_IPS"] = ",".join(config.trusted_proxies)
    app = create_app(config)
parent = instructions()
draining = Draining()
if parent.parent_pid:
    end_with_parent(parent.parent_pid)
    report_exhausted_descriptors()


def shared_counters(name: str) -> SharedCounters:
    """The counters ``name`` of this API worker and of its siblings."""
    worker = bentoml.server_context.worker_index or 0
    return SharedCounters.shared(parent.shared_file(name), config.api_workers, worker)


def champion_of(family: str, version: ModelVersion) -> StoredModel:
    return verified_champion(family, version.version, version.manifest_sha256)


def served_challenger(family: str) -> StoredModel:
    return verified_challenger(family, *parent.challengers[family])


def runner_lock(family: str) -> LifeLock:
    return LifeLock(parent.shared_file(f"{family}-runner"))


def shadow_lock(family: str) -> LifeLock:
    return LifeLock(parent.shared_file(f"{family}-shadow"))


# BentoML's client closes its session after so many requests, even with calls in flight.
LASTING_CONNECTION = {"max_requests": 2**31 - 1, "max_age": 1e9}


def runner_service(family: str) -> "bentoml.Service[Any]":
    """A service that scores for the API service, in a process of its own."""
    on_gpu = FAMILIES[family].uses_gpu and count_gpus()

    @bentoml.service(
        name=f"sentiment-{family}-runner",
        resources={"gpu": 0.5} if on_gpu else {"cpu": config.threads},
        traffic={"timeout": config.timeout_s},
        metrics={"enabled": False},
        runner_connection=LASTING_CONNECTION,
    )
    class Runner:
        model = BentoModel(f"{stored_name(family)}:latest")

        def __init__(self) -> None:
            self.follower = RunnerFollower(parent.changes_folder(), family, self.load)
            self.follower.load_models()
            api_stages = SharedCounters.observed(parent.shared_file("stages"), config.api_workers)
            RunnerDraining(api_stages).start_on_sigterm()
            self.lock = runner_lock(family)
            self.lock.hold()
            self.follower.start()

        def load(self, version: ModelVersion) -> HeldModel:
            champion = champion_of(family, version)
            scorer = load_warm_scorer(champion, config.scoring_backend, config.threads)
            return HeldModel(scorer, champion.manifest.languages)

        @bentoml.api  # type: ignore[untyped-decorator]
        def score(self, version: str, texts: list[str]) -> np.ndarray:
            model = self.follower.model(version)
            return score_texts(model.scorer, model.languages, texts)

        @bentoml.api  # type: ignore[untyped-decorator]
        def contributions(self, version: str, text: str) -> np.ndarray:
            return contributions(self.follower.model(version).scorer, text)

    return Runner


def shadow_service(family: str) -> "bentoml.Service[Any]":
    """A service that scores the champion's traffic with the challenger, on idle processors."""

    @bentoml.service(
        name=f"sentiment-{family}-shadow",
        resources={"cpu": THREADS},
        traffic={"timeout": config.timeout_s},
        metrics={"enabled": False},
        logging={"access": {"enabled": config.access_log}},
        runner_connection=LASTING_CONNECTION,
    )
    class Shadow:
        model = BentoModel(f"{stored_name(family, 'challenger')}:latest")

        def __init__(self) -> None:
            challenger = served_challenger(family)
            scorer = load_warm_scorer(challenger, "onnx", THREADS, answers=False)
            self.scorer = ShadowScorer(family, scorer, challenger.manifest.languages)
            api_stages = SharedCounters.observed(parent.shared_file("stages"), config.api_workers)
            RunnerDraining(api_stages).start_on_sigterm()
            self.lock = shadow_lock(family)
            self.lock.hold()
            yield_processor()

        @bentoml.api  # type: ignore[untyped-decorator]
        def score(self, version: str, texts: list[str]) -> np.ndarray:
            return self.scorer.score(texts)

    return Shadow


class Sentiment:
    def __init__(self) -> None:
        self.tokens = PredictionTokens(parent.signing_secret(), config.prediction_hours * 3600)
        self.cores = Cores(shared_counters("calls"))
        self.runners = (
            {family: self.runner(family) for family in config.models}
            if config.placement == "service"
            else {}
        )
        changes = parent.changes_folder()
        follower = WorkerFollower(changes, self.predictor)
        models = follower.load_models(config.models)
        rates, failures = (
            SharedStorage(parent.shared_file(name), parent.signing_secret().encode()[:64])
            for name in ("rates", "failures")
        )
        bounds = FeedbackBounds(
            config.feedback_per_text, config.feedback_per_client, config.feedback_texts_per_client
        )
        store = FeedbackStore(config.database_url, bounds)
        comparison = self.comparison(models)
        attach(app, models, self.tokens, store, comparison, rates, failures, ModelChanges(changes))
        draining.start_on_sigterm(partial(shared_counters, "stages"))
        # Garbage collection need not search the objects that were loaded at start.
        gc.collect()
        gc.freeze()
        follower.start()

    async def __is_ready__(self) -> bool:
        """Whether ``/readyz`` may answer 200. BentoML calls this method."""
        return all(runner.is_alive() for runner in self.runners.values())

    @bentoml.on_shutdown  # type: ignore[untyped-decorator]
    async def finish(self) -> None:
        await draining.finish()

    def runner(self, family: str) -> RunnerClient:
        client = getattr(self, f"{family}_runner").to_async
        return RunnerClient(family, client, runner_lock(family).is_held)

    def predictor(self, family: str, version: ModelVersion) -> Predictor:
        champion, runner = champion_of(family, version), self.runners.get(family)
        return load_predictor(champion, self.tokens, config, self.cores, runner)

    def comparison(self, models: ServedModels) -> Comparison:
        in_shadow, in_split = None, None
        if config.shadow:
            family = config.shadow.family
            client = getattr(self, f"{family}_shadow").to_async
            runner = RunnerClient(family, client, shadow_lock(family).is_held)
            in_shadow = served_challenger(family), runner
        if config.split:
            challenger = served_challenger(config.split.family)
            in_split = load_predictor(
                challenger, self.tokens, config, self.cores, alias="challenger"
            )
        return Comparison(config, self.tokens, models, self.cores, in_shadow, in_split)

    @bentoml.on_deployment  # type: ignore[untyped-decorator]
    @staticmethod
    def prepare() -> None:
        """Run once in the parent process, before any worker starts."""
        bento = SentimentService.bento
        models = bento.info.all_models if bento else []
        prepare_server(config, {model.tag.name: str(model.tag.version) for model in models})


with one_line_start_errors():
    for family in config.models:
        require_champion(family)
    for family in config.challenged:
        require_challenger(family)
for family in config.models:
    setattr(Sentiment, f"{family}_model", BentoModel(f"{stored_name(family)}:latest"))
    if config.placement == "service":
        setattr(Sentiment, f"{family}_runner", bentoml.depends(runner_service(family)))
for family in config.challenged:
    tag = f"{stored_name(family, 'challenger')}:latest"
    setattr(Sentiment, f"{family}_challenger_model", BentoModel(tag))
if config.shadow:
    name = f"{config.shadow.family}_shadow"
    setattr(Sentiment, name, bentoml.depends(shadow_service(config.shadow.family)))

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
install_log_lines()
add_middleware(SentimentService, app, config, draining.is_active)

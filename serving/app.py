"""The HTTP contract as an app that BentoML mounts."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta

from fastapi import FastAPI

from serving.challenger.comparison import Comparison
from serving.feedback.retention import retention
from serving.feedback.store import FeedbackStore
from serving.feedback.threads import FeedbackThreads
from serving.feedback.unstored_texts import UnstoredTexts
from serving.http.access.client_access import Access, limits_requests
from serving.http.access.failed_attempts import FailedAttempts
from serving.http.access.rate_limits import RateLimits
from serving.http.connection.body import RequestBody
from serving.http.errors import install_error_handlers
from serving.http.openapi import complete_openapi
from serving.mentions.counts import StoredCounts
from serving.mentions.metrics import create_children
from serving.mentions.retention import mention_retention
from serving.mentions.store import MentionStore
from serving.model_changes.report import ModelChanges
from serving.prediction.served_models import ServedModels
from serving.prediction_ids import PredictionTokens
from serving.routes import (
    admin,
    bento_schema,
    crowd,
    documentation,
    feedback,
    metrics,
    open_inference,
    page,
    prediction,
    served_models,
)
from serving.settings import Settings
from serving.workers.shared_storage import SharedStorage


def create_app(settings: Settings) -> FastAPI:
    """The app with its routes. Call ``attach`` before the first request."""
    app = FastAPI(
        title="tweet-sentiment",
        summary="Sentiment of tweets, with calibrated probabilities and feedback.",
        version="1",
        openapi_url="/docs.json",
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=lambda route: route.name,
        servers=[{"url": settings.path_prefix}] if settings.path_prefix else None,
        lifespan=_lifespan(settings),
    )
    app.add_middleware(RequestBody)
    if limits_requests(settings):
        app.add_middleware(Access, keys=settings.api_keys)
    app.state.settings = settings
    app.include_router(prediction.router)
    app.include_router(feedback.router)
    app.include_router(open_inference.router)
    app.include_router(bento_schema.router)
    app.include_router(metrics.router)
    app.include_router(admin.create_router(settings))
    app.include_router(served_models.create_router(settings))
    # Before the page: /ui/{file} matches /ui/crowd too.
    app.include_router(crowd.create_router(settings))
    app.include_router(page.create_router())
    app.include_router(documentation.create_router())
    install_error_handlers(app)
    complete_openapi(app, settings)
    return app


def _lifespan(settings: Settings) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    maintained = retention(settings)
    age = timedelta(days=settings.retention_days)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        comparison: Comparison = app.state.comparison
        async with (
            maintained(app),
            mention_retention(app.state.mentions, age),
            comparison.running(app.state.store_threads),
        ):
            yield

    return lifespan


def attach(
    app: FastAPI,
    models: ServedModels,
    tokens: PredictionTokens,
    store: FeedbackStore,
    comparison: Comparison,
    rates: SharedStorage,
    failures: SharedStorage,
    model_changes: ModelChanges,
) -> None:
    """Give the app this worker's models, its tokens, its store, and the work beside requests.

    ``rates`` and ``failures`` are counts that the workers share. Many clients fill a storage, and
    the counts of their rates must not replace those of failed attempts.
    """
    settings: Settings = app.state.settings
    app.state.models = models
    app.state.model_changes = model_changes
    app.state.tokens = tokens
    app.state.store = store
    app.state.mentions = MentionStore(settings.database_url)
    app.state.mention_counts = StoredCounts(settings.database_url)
    # A report of many mentions takes seconds. Verdicts do not wait for it.
    app.state.mention_threads = FeedbackThreads(1, longest_wait_s=15)
    app.state.comparison = comparison
    app.state.store_threads = FeedbackThreads(store.most_threads, longest_wait_s=5)
    app.state.unstored_texts = UnstoredTexts()
    app.state.failed_attempts = FailedAttempts(failures)
    create_children(settings.sources)
    app.state.rate_limits = (
        RateLimits(rates, settings.rate_limit) if limits_requests(settings) else None
    )

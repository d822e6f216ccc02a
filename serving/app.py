"""The HTTP contract as an app that BentoML mounts."""

from collections.abc import Mapping

from fastapi import FastAPI

from serving.feedback.retention import retention
from serving.feedback.store import FeedbackStore
from serving.feedback.threads import FeedbackThreads
from serving.http.errors import install_error_handlers
from serving.http.limits import RequestLimits
from serving.http.openapi import complete_openapi
from serving.prediction.predictor import Predictor
from serving.prediction_ids import PredictionTokens
from serving.routes import admin, feedback, metrics, page, prediction
from serving.settings import Settings


def create_app(settings: Settings) -> FastAPI:
    """The app with its routes. Call ``attach`` before the first request."""
    app = FastAPI(
        title="tweet-sentiment",
        summary="Sentiment of tweets, with calibrated probabilities and feedback.",
        version="1",
        openapi_url="/docs.json",
        docs_url=None,
        redoc_url=None,
        lifespan=retention(settings),
    )
    app.add_middleware(RequestLimits)
    app.state.settings = settings
    app.include_router(prediction.router)
    app.include_router(feedback.router)
    app.include_router(metrics.router)
    app.include_router(admin.create_router(settings))
    app.include_router(page.create_router())
    install_error_handlers(app)
    complete_openapi(app, settings.models)
    return app


def attach(
    app: FastAPI,
    predictors: Mapping[str, Predictor],
    tokens: PredictionTokens,
    store: FeedbackStore,
) -> None:
    """Give the app this worker's predictors by family, its tokens and its store."""
    app.state.predictors = predictors
    app.state.tokens = tokens
    app.state.store = store
    app.state.store_threads = FeedbackThreads(store.most_threads)
    app.state.scrub_threads = FeedbackThreads(1)

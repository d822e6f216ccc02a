"""The HTTP contract as an app that BentoML mounts."""

from fastapi import FastAPI

from serving.feedback.retention import retention
from serving.feedback.store import FeedbackStore
from serving.http.errors import install_error_handlers
from serving.http.limits import RequestLimits
from serving.http.openapi import describe_framework_routes
from serving.prediction.predictor import Predictor
from serving.prediction_ids import PredictionTokens
from serving.routes import admin, feedback, metrics, page, prediction
from serving.settings import Settings


def create_app(settings: Settings) -> FastAPI:
    """The app with its routes. ``attach`` gives it what it answers with, in each worker."""
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
    app.include_router(prediction.create_router(settings))
    app.include_router(feedback.router)
    app.include_router(metrics.router)
    app.include_router(admin.create_router(settings))
    app.include_router(page.create_router())
    install_error_handlers(app)
    describe_framework_routes(app)
    return app


def attach(
    app: FastAPI, predictor: Predictor, tokens: PredictionTokens, store: FeedbackStore
) -> None:
    """Give the app what it answers with; before the first request."""
    app.state.predictor = predictor
    app.state.tokens = tokens
    app.state.store = store

"""The HTTP contract as an app that BentoML mounts."""

from fastapi import FastAPI

from serving import (
    admin_routes,
    feedback_routes,
    metrics_routes,
    page_routes,
    prediction_routes,
)
from serving.errors import install_error_handlers
from serving.feedback import FeedbackStore
from serving.limits import RequestLimits
from serving.openapi import describe_framework_routes
from serving.predictor import Predictor
from serving.retention import retention
from serving.settings import Settings
from serving.tokens import PredictionTokens


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
    app.include_router(prediction_routes.create_router(settings))
    app.include_router(feedback_routes.router)
    app.include_router(metrics_routes.router)
    app.include_router(admin_routes.create_router(settings))
    app.include_router(page_routes.create_router())
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

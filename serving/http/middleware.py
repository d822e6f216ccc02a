"""The ASGI middleware around all routes, BentoML's included."""

from collections.abc import Callable
from typing import Any

import bentoml
from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from serving.http.connection.keep_alive import AnnouncedClose
from serving.http.cors import cors_options
from serving.http.documented_routes import DocumentedRoutes, HeadRequests
from serving.http.errors import JsonErrors
from serving.http.hosts import AllowedHosts
from serving.http.openapi import documented_routes
from serving.http.request_ids import RequestIds
from serving.http.request_metrics import RequestMetrics
from serving.http.schema_route import SchemaRoute
from serving.settings import Settings


def add_middleware(
    service: "bentoml.Service[Any]",
    app: FastAPI,
    settings: Settings,
    is_draining: Callable[[], bool],
) -> None:
    """Add the middleware of the service. The first one is the outermost."""
    routes = documented_routes(app)
    service.add_asgi_middleware(AnnouncedClose, is_draining=is_draining)
    service.add_asgi_middleware(HeadRequests)
    service.add_asgi_middleware(RequestIds)
    service.add_asgi_middleware(RequestMetrics, routes=routes)
    service.add_asgi_middleware(JsonErrors)
    if settings.cors_origins:
        service.add_asgi_middleware(CORSMiddleware, **cors_options(settings.cors_origins))
    if "*" not in settings.allowed_hosts:
        service.add_asgi_middleware(
            AllowedHosts, allowed_hosts=settings.allowed_hosts, www_redirect=False
        )
    service.add_asgi_middleware(DocumentedRoutes, routes=routes, prefix=settings.path_prefix)
    service.add_asgi_middleware(SchemaRoute, contract=app)

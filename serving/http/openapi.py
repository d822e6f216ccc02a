"""The OpenAPI document: errors, keys, BentoML's routes, and the models that are served."""

import json
from http import HTTPStatus
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from serving.schemas import ErrorResponse, PredictBatchRequest, PredictRequest
from serving.settings import Settings

_REASONS = {
    HTTPStatus.BAD_REQUEST: "The request is invalid; `detail` lists the errors.",
    HTTPStatus.UNAUTHORIZED: "The key of the route is missing or wrong.",
    HTTPStatus.FORBIDDEN: "No admin key is set: the route is closed.",
    HTTPStatus.NOT_FOUND: "The prediction or the feedback is unknown or expired; no such model.",
    HTTPStatus.REQUEST_TIMEOUT: "The request is not complete in time.",
    HTTPStatus.CONFLICT: "The prediction has a verdict already, or another change of a model runs.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is larger than 1 MiB.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The body is not `application/json`.",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many requests: try again after `Retry-After` s.",
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: "The headers are too large, or too many.",
    HTTPStatus.SERVICE_UNAVAILABLE: "Too busy, or not ready: try again after `Retry-After` s.",
    HTTPStatus.GATEWAY_TIMEOUT: "No answer in time.",
}

# True requests, answers and errors of the models that ``make serve`` trains.
_EXAMPLES: dict[str, dict[str, Any]] = json.loads(
    Path(__file__).with_name("examples.json").read_text(encoding="utf-8")
)
EXAMPLES = _EXAMPLES["schemas"]
"""An example of each schema, by the schema's name."""

# Errors of a request's host and headers.
_ERRORS_OF_EVERY_ROUTE = (400, 408, 431)
INFER_ROUTE = "/v2/models/{family}/infer"
CLIENT_ROUTES = frozenset(
    {"/predict", "/predict_batch", "/feedback", "/models", "/v2/models/{family}", INFER_ROUTE}
)
"""Routes that need an API key and have rate limits. /admin has its own key; others are open."""
CROWD_PATHS = ("/crowd", "/ui/crowd")
"""Starts of the paths that need the admin key if there is one."""
BINARY_ROUTES = frozenset({INFER_ROUTE})
"""Routes whose body may be binary data."""
REVIEW_ROUTE = "/admin/feedback/{feedback_id}/review"
FORM_ROUTES = frozenset({REVIEW_ROUTE})
"""Routes whose body may be that of an HTML form."""

_FRAMEWORK_ROUTES = {
    "/docs.json": ("This document.", "application/json", "object", ()),
    "/livez": ("Whether the worker lives.", "text/plain", "string", ()),
    "/readyz": ("Whether all models are loaded and warm.", "text/plain", "string", (503,)),
}

_SECURITY_SCHEMES = {
    "adminKey": {"type": "http", "scheme": "bearer", "description": "The admin key."},
    "adminPassword": {
        "type": "http",
        "scheme": "basic",
        "description": "Any user name, with the admin key as the password.",
    },
    "apiKey": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    "apiKeyBearer": {"type": "http", "scheme": "bearer", "description": "The API key."},
}
_ADMIN_SECURITY: list[dict[str, list[str]]] = [{"adminKey": []}, {"adminPassword": []}]
_CLIENT_SECURITY: list[dict[str, list[str]]] = [{"apiKey": []}, {"apiKeyBearer": []}]


def error_responses(*codes: int) -> dict[int | str, dict[str, Any]]:
    """FastAPI's ``responses`` for the errors that a route may answer with."""
    return {code: _error(code) for code in codes}


def _error(code: int) -> dict[str, Any]:
    described: dict[str, Any] = {
        "model": ErrorResponse,
        "description": _REASONS[HTTPStatus(code)],
        "content": {"application/json": {"example": _EXAMPLES["errors"][str(code)]}},
    }
    if code in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        described["headers"] = {
            "Retry-After": {"description": "seconds to wait", "schema": {"type": "integer"}}
        }
    return described


def complete_openapi(app: FastAPI, settings: Settings) -> None:
    """Complete the document that FastAPI makes of the app's routes.

    Adds BentoML's routes, the keys and errors of every route, and examples. The families and the
    sources of the settings become the allowed values of ``model`` and ``source``. The answer 422,
    which the app never gives, is removed.
    """
    make_schema = app.openapi
    # An empty requirement: the routes are open without a key in the settings.
    client_security = _CLIENT_SECURITY if settings.api_keys else [{}, *_CLIENT_SECURITY]
    has_admin_key = bool(settings.admin_key.get_secret_value())
    crowd_security = _ADMIN_SECURITY if has_admin_key else [{}, *_ADMIN_SECURITY]

    def openapi() -> dict[str, Any]:
        schema = make_schema()
        schema["components"]["securitySchemes"] = _SECURITY_SCHEMES
        schema["paths"].update(_framework_paths())
        _complete_schemas(schema["components"]["schemas"], settings)
        for path, operations in schema["paths"].items():
            for operation in operations.values():
                _complete_operation(operation, settings)
                if path.startswith("/admin/"):
                    operation["security"] = _ADMIN_SECURITY
                elif path.startswith(CROWD_PATHS):
                    operation["security"] = crowd_security
                elif path in CLIENT_ROUTES:
                    operation["security"] = client_security
        return schema

    app.openapi = openapi  # type: ignore[method-assign]


def _complete_schemas(schemas: dict[str, Any], settings: Settings) -> None:
    for request in (PredictRequest, PredictBatchRequest):
        name_or_null = schemas[request.__name__]["properties"]["model"]["anyOf"]
        name_or_null[0]["enum"] = list(settings.models)
    source_or_null = schemas[PredictBatchRequest.__name__]["properties"]["source"]["anyOf"]
    source_or_null[0]["enum"] = list(settings.sources)
    schemas["ModelChangeRequest"]["properties"]["model"]["enum"] = list(settings.models)
    for name, example in EXAMPLES.items():
        if name in schemas:
            schemas[name]["examples"] = [example]
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)


def _complete_operation(operation: dict[str, Any], settings: Settings) -> None:
    operation["responses"].pop("422", None)
    for code in _ERRORS_OF_EVERY_ROUTE:
        operation["responses"].setdefault(str(code), _documented_error(code))
    for parameter in operation.get("parameters", ()):
        if parameter["name"] == "family":
            parameter["schema"]["enum"] = list(settings.models)
        if parameter["name"] == "source":
            parameter["schema"]["anyOf"][0]["enum"] = list(settings.sources)


def _framework_paths() -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for path, (summary, media_type, json_type, codes) in _FRAMEWORK_ROUTES.items():
        content = {media_type: {"schema": {"type": json_type}}}
        responses: dict[str, Any] = {"200": {"description": "OK", "content": content}}
        for code in codes:
            responses[str(code)] = _documented_error(code)
        name = path.removeprefix("/").removesuffix(".json")
        paths[path] = {"get": {"summary": summary, "operationId": name, "responses": responses}}
    return paths


def _documented_error(code: int) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{ErrorResponse.__name__}"}
    return {
        "description": _REASONS[HTTPStatus(code)],
        "content": {
            "application/json": {"schema": schema, "example": _EXAMPLES["errors"][str(code)]}
        },
    }


def documented_routes(app: FastAPI) -> dict[str, list[str]]:
    """The methods of every path that the service answers, including BentoML's."""
    return {
        path: [method.upper() for method in operations]
        for path, operations in app.openapi()["paths"].items()
    }

"""Errors as JSON, ``{"error": str, "detail"?: …}``, never with a stack trace."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

RETRY_AFTER_S = 1
MOST_DETAILS = 10
"""Most entries in the detail of a 400."""

_LONGEST_NAME = 64


class ApiError(Exception):
    """An error that is sent to the client with a status and a message."""

    def __init__(
        self, status: HTTPStatus, error: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(error)
        self.status = status
        self.error = error
        self.headers = headers or {}


def error_response(status: int, error: str, detail: object = None) -> JSONResponse:
    content = {"error": error} if detail is None else {"error": error, "detail": detail}
    headers = {}
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        headers["Retry-After"] = str(RETRY_AFTER_S)
    return JSONResponse(content, status, headers)


def api_error_response(error: ApiError) -> JSONResponse:
    response = error_response(error.status, error.error)
    response.headers.update(error.headers)
    return response


def install_error_handlers(app: FastAPI) -> None:
    @app.exception_handler(ApiError)
    async def api_error(_: Request, error: ApiError) -> JSONResponse:
        return api_error_response(error)

    @app.exception_handler(RequestValidationError)
    async def invalid_request(_: Request, error: RequestValidationError) -> JSONResponse:
        errors = error.errors()
        reason = "invalid request"
        if len(errors) > MOST_DETAILS:
            reason = f"invalid request: {len(errors)} errors, the first {MOST_DETAILS} in detail"
        detail = [describe_invalid(invalid) for invalid in errors[:MOST_DETAILS]]
        return error_response(HTTPStatus.BAD_REQUEST, reason, detail)

    @app.exception_handler(HTTPException)
    async def http_error(_: Request, error: HTTPException) -> JSONResponse:
        response = error_response(error.status_code, _reason(error))
        response.headers.update(error.headers or {})
        return response

    @app.exception_handler(Exception)
    async def internal_error(_: Request, __: Exception) -> JSONResponse:
        return error_response(HTTPStatus.INTERNAL_SERVER_ERROR, "internal error")


def _reason(error: HTTPException) -> str:
    """The reason of an error of the framework, which does not name the fault of a body."""
    cause = error.__cause__
    if isinstance(cause, UnicodeDecodeError):
        return "the body is not UTF-8; a compressed body needs the header Content-Encoding"
    if isinstance(cause, RecursionError):
        return "the body is nested too deeply"
    if isinstance(cause, ValueError):
        return "the body has a number of too many digits"
    return str(error.detail).lower()


def describe_invalid(invalid: Mapping[str, Any]) -> dict[str, Any]:
    """The place and the reason of an error in a request.

    The input is left out: errors may be logged, but tweets may not. Names of unknown fields are
    shortened. A lone surrogate in a name cannot be encoded and is replaced.
    """
    reason = invalid["msg"]
    if invalid.get("type") == "json_invalid":
        reason = f"{reason}: {invalid['ctx']['error'].rstrip(': ')}"
    location = [str(part)[:_LONGEST_NAME] for part in invalid["loc"]]
    return {
        "loc": [part.encode(errors="replace").decode() for part in location],
        "msg": reason,
    }


class JsonErrors:
    """ASGI middleware that gives errors of the framework the JSON format, with their headers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        replaced = False

        async def translate(message: Message) -> None:
            nonlocal replaced
            if message["type"] == "http.response.start" and message["status"] >= 400:
                headers = MutableHeaders(scope=message)
                if not headers.get("content-type", "").startswith("application/json"):
                    replaced = True
                    phrase = HTTPStatus(message["status"]).phrase.lower()
                    response = error_response(message["status"], phrase)
                    for name in ("content-length", "content-type"):
                        del headers[name]
                    response.headers.update(headers)
                    await response(scope, receive, send)
            if not replaced:
                await send(message)

        await self.app(scope, receive, translate if scope["type"] == "http" else send)

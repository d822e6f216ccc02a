"""Errors as JSON, ``{"error": str, "detail"?: …}``, never with a stack trace."""

from collections.abc import Mapping
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

RETRY_AFTER_S = 1


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


def install_error_handlers(app: FastAPI) -> None:
    @app.exception_handler(ApiError)
    async def api_error(_: Request, error: ApiError) -> JSONResponse:
        response = error_response(error.status, error.error)
        response.headers.update(error.headers)
        return response

    @app.exception_handler(RequestValidationError)
    async def invalid_request(_: Request, error: RequestValidationError) -> JSONResponse:
        # The detail leaves out the input: errors may be logged, but tweets may not.
        detail = [
            {"loc": [str(part) for part in invalid["loc"]], "msg": invalid["msg"]}
            for invalid in error.errors()
        ]
        return error_response(HTTPStatus.BAD_REQUEST, "invalid request", detail)

    @app.exception_handler(HTTPException)
    async def http_error(_: Request, error: HTTPException) -> JSONResponse:
        response = error_response(error.status_code, str(error.detail).lower())
        response.headers.update(error.headers or {})
        return response

    @app.exception_handler(Exception)
    async def internal_error(_: Request, __: Exception) -> JSONResponse:
        return error_response(HTTPStatus.INTERNAL_SERVER_ERROR, "internal error")


class JsonErrors:
    """ASGI middleware that replaces the plain-text errors of BentoML by JSON."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        replaced = False

        async def translate(message: Message) -> None:
            nonlocal replaced
            if message["type"] == "http.response.start" and message["status"] >= 400:
                content_type = dict(message["headers"]).get(b"content-type", b"")
                if not content_type.startswith(b"application/json"):
                    replaced = True
                    phrase = HTTPStatus(message["status"]).phrase.lower()
                    await error_response(message["status"], phrase)(scope, receive, send)
            if not replaced:
                await send(message)

        await self.app(scope, receive, translate if scope["type"] == "http" else send)

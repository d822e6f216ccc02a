"""BentoML's own routes: other names of the probes, and the place of ``/schema.json``."""

from starlette.types import ASGIApp, Receive, Scope, Send

SCHEMA_PATH = "/schema.json"
PROBE_ALIASES = {"/v2/health/live": "/livez", "/v2/health/ready": "/readyz"}
"""Probes of the Open Inference Protocol, and BentoML's probes that answer them."""


class BentoRoutes:
    """ASGI middleware in front of BentoML's router.

    BentoML's probes also answer ``PROBE_ALIASES``. ``contract``, the mounted app, answers
    ``/schema.json``: BentoML's router prefers its own route, whose answer has no route of the app.
    """

    def __init__(self, app: ASGIApp, contract: ASGIApp) -> None:
        self.app = app
        self.contract = contract

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path")
        if path in PROBE_ALIASES:
            probe = PROBE_ALIASES[path]
            scope = {**scope, "path": probe, "raw_path": probe.encode()}
        await (self.contract if path == SCHEMA_PATH else self.app)(scope, receive, send)

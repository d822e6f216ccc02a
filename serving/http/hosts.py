"""The host names under which the service answers."""

from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import Receive, Scope, Send

# Kubernetes sends the address of the pod as the host.
_PROBES = ("/livez", "/readyz", "/v2/health/live", "/v2/health/ready")


class AllowedHosts(TrustedHostMiddleware):
    """ASGI middleware: 400 for a request whose ``Host`` is not allowed, except for probes."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] in _PROBES:
            await self.app(scope, receive, send)
            return
        await super().__call__(scope, receive, send)

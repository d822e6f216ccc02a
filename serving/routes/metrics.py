"""``/metrics``. BentoML's own route is off: its label of request paths is unbounded."""

import logging
import os
import re
from http import HTTPStatus
from pathlib import Path

import psutil
from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from serving.http.errors import ApiError
from serving.http.openapi import error_responses

logger = logging.getLogger("bentoml.sentiment")

_LIVE_GAUGE = re.compile(r"gauge_live\w+_(\d+)\.db")
# Kinds of metrics that every worker writes from its start.
_KINDS = ("counter", "histogram", "gauge_livesum")

router = APIRouter()


@router.get(
    "/metrics",
    response_class=Response,
    responses={
        200: {"content": {"text/plain": {"schema": {"type": "string"}}}},
        **error_responses(503),
    },
)
def metrics() -> Response:
    """Prometheus metrics of all workers, added up. 503 if metric files were deleted."""
    folder = Path(os.environ["PROMETHEUS_MULTIPROC_DIR"])
    if not all((folder / f"{kind}_{os.getpid()}.db").exists() for kind in _KINDS):
        logger.error(
            "the metric files of this worker in %s were deleted: restart the server", folder
        )
        raise ApiError(
            HTTPStatus.SERVICE_UNAVAILABLE, "the metric files were deleted, restart the server"
        )
    _forget_dead_processes(folder)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return Response(generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})


def _forget_dead_processes(folder: Path) -> None:
    """Delete the live gauges of dead processes. A killed process cannot delete its own."""
    for file in folder.glob("gauge_live*.db"):
        found = _LIVE_GAUGE.fullmatch(file.name)
        if found and not psutil.pid_exists(int(found[1])):
            mark_process_dead(int(found[1]))  # type: ignore[no-untyped-call]

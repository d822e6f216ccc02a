"""``/metrics``. BentoML's own route is off: its label of request paths is unbounded."""

import logging
import os
import re
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import psutil
from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Metric, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

from serving.http.errors import ApiError
from serving.http.openapi import error_responses

logger = logging.getLogger("bentoml.sentiment")

_LIVE_GAUGE = re.compile(r"gauge_live\w+_(\d+)\.db")
_MODEL_INFO = "sentiment_model_info"
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
def metrics(request: Request) -> Response:
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
    registry.register(_WorkerMetrics())
    registry.register(request.app.state.model_changes)
    return Response(generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})


class _WorkerMetrics(Collector):
    """The metrics of all workers, without the models that no process holds any more."""

    def collect(self) -> Iterator[Metric]:
        for metric in MultiProcessCollector(None).collect():  # type: ignore[no-untyped-call]
            if metric.name == _MODEL_INFO:
                metric.samples = [sample for sample in metric.samples if sample.value]
            yield metric


def _forget_dead_processes(folder: Path) -> None:
    """Delete the live gauges of dead processes. A killed process cannot delete its own."""
    for file in folder.glob("gauge_live*.db"):
        found = _LIVE_GAUGE.fullmatch(file.name)
        if found and not psutil.pid_exists(int(found[1])):
            mark_process_dead(int(found[1]))  # type: ignore[no-untyped-call]

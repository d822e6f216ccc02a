"""``/metrics``. BentoML's own route is off: its label of request paths is unbounded."""

import os
import re
from pathlib import Path

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

_LIVE_GAUGE = re.compile(r"gauge_live\w+_(\d+)\.db")

router = APIRouter()


@router.get(
    "/metrics",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
def metrics() -> Response:
    """Prometheus metrics of all workers, added up."""
    _forget_dead_processes()
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return Response(generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})


def _forget_dead_processes() -> None:
    """Delete the live gauges of dead processes. A killed process cannot delete its own."""
    for file in Path(os.environ["PROMETHEUS_MULTIPROC_DIR"]).glob("gauge_live*.db"):
        found = _LIVE_GAUGE.fullmatch(file.name)
        if found and not Path("/proc", found[1]).exists():
            mark_process_dead(int(found[1]))  # type: ignore[no-untyped-call]

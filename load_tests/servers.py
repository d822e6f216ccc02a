"""The servers compared: what each needs, how it starts, and how it is asked."""

import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from load_tests.environments import environment

_PEERS = Path(__file__).parent / "peers"
_REPOSITORY = Path(__file__).parents[1]
# 2.13.0 is the version with a CPU wheel in pip's find-links where an index has CUDA builds only.
_TRANSFORMERS = ("transformers", "torch==2.13.0")


@dataclass(frozen=True)
class Workplace:
    """Where a server runs: a folder of its own, a port, and the model as transformers reads it."""

    folder: Path
    port: int
    model: Path

    @property
    def address(self) -> tuple[str, ...]:
        return ("--host", "127.0.0.1", "--port", str(self.port))


Command = Callable[[Path, Workplace], list[str]]


@dataclass(frozen=True)
class ComparedServer:
    """``command`` is given the folder of its environment's programs, and its workplace."""

    name: str
    command: Command
    requirements: tuple[str, ...] = ()
    path: str = "/predict"
    body: Callable[[str], object] = lambda text: {"text": text}
    settings: Mapping[str, str] = field(default_factory=dict)

    def programs(self) -> Path:
        """The environment's programs; this project's own where it needs no other."""
        if not self.requirements:
            return Path(sys.executable).parent
        return environment(self.name.lower().replace(" ", "-"), self.requirements)

    def environment(self, place: Workplace) -> dict[str, str]:
        return {
            **os.environ,
            "MODEL": str(place.model),
            "TOKENIZERS_PARALLELISM": "false",
            "HF_HUB_OFFLINE": "1",
            "PYTHONPATH": str(_PEERS if self.requirements else _REPOSITORY),
            "SENTIMENT_DATA_DIR": str(place.folder / "data"),
            **self.settings,
        }


def this_service(models: str, name: str = "this service", **settings: str) -> ComparedServer:
    """The service of this project with the families named, and no cache of scores."""

    def command(programs: Path, place: Workplace) -> list[str]:
        return [
            *(str(programs / "bentoml"), "serve", "service:SentimentService"),
            *("--working-dir", str(_REPOSITORY), *place.address),
        ]

    chosen = {"SENTIMENT_MODELS": models, "SENTIMENT_CACHE_TEXTS": "0", **settings}
    return ComparedServer(name, command, settings=chosen)


def _uvicorn(app: str, *options: str) -> Command:
    return lambda programs, place: [
        *(str(programs / "uvicorn"), f"{app}:app", "--no-access-log", *place.address, *options)
    ]


def no_op(workers: int) -> ComparedServer:
    """FastAPI that answers at once, on as many workers as the service has."""
    return ComparedServer(
        "FastAPI no-op",
        _uvicorn("fastapi_nothing", "--workers", str(workers)),
        ("fastapi", "uvicorn[standard]"),
    )


def _mlserver(programs: Path, place: Workplace) -> list[str]:
    settings = {"host": "127.0.0.1", "http_port": place.port, "grpc_port": place.port + 1}
    settings |= {"metrics_port": place.port + 2, "parallel_workers": 1}
    model = {"name": "sentiment", "implementation": "mlserver_runtime.Sentiment"}
    batching = {"max_batch_size": 32, "max_batch_time": 0.005}
    (place.folder / "settings.json").write_text(json.dumps(settings))
    (place.folder / "model-settings.json").write_text(json.dumps(model | batching))
    return [str(programs / "mlserver"), "start", str(place.folder)]


def _mlserver_request(text: str) -> object:
    return {"inputs": [{"name": "text", "shape": [1, 1], "datatype": "BYTES", "data": [text]}]}


def _mlflow(programs: Path, place: Workplace) -> list[str]:
    model = place.folder / "mlflow"
    script = (
        f'export PATH="{programs}:$PATH"; python "{_PEERS}/mlflow_model.py" "{model}" && '
        f'exec mlflow models serve --model-uri "{model}" --env-manager local --host 127.0.0.1 '
        f"--port {place.port}"
    )
    return ["sh", "-c", script]


def _python(script: str) -> Command:
    return lambda programs, place: [
        *(str(programs / "python"), str(_PEERS / script), str(place.port))
    ]


PEERS: Sequence[ComparedServer] = (
    # What its server alone is worth: the arithmetic of the others.
    this_service("distilbert", "this service in torch", SENTIMENT_BACKEND="native"),
    ComparedServer(
        "FastAPI pipeline",
        _uvicorn("fastapi_pipeline"),
        ("fastapi", "uvicorn[standard]", *_TRANSFORMERS),
    ),
    ComparedServer("LitServe", _python("litserve_api.py"), ("litserve", *_TRANSFORMERS)),
    ComparedServer(
        "MLServer",
        _mlserver,
        # MLServer 1.7 asks for an event loop where uvloop 0.22 no longer makes one.
        ("mlserver", "uvloop<0.22", *_TRANSFORMERS),
        path="/v2/models/sentiment/infer",
        body=_mlserver_request,
    ),
    ComparedServer("Ray Serve", _python("ray_deployment.py"), ("ray[serve]", *_TRANSFORMERS)),
    ComparedServer(
        "BentoML",
        lambda programs, place: [
            *(str(programs / "bentoml"), "serve", "bentoml_service:Sentiment"),
            *("--working-dir", str(_PEERS), *place.address),
        ],
        ("bentoml==1.4.39", *_TRANSFORMERS),
        body=lambda text: {"texts": [text]},
    ),
    ComparedServer(
        "mlflow models serve",
        _mlflow,
        ("mlflow", *_TRANSFORMERS),
        path="/invocations",
        body=lambda text: {"inputs": [text]},
    ),
)

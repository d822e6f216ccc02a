"""The compared servers: requirements, start command and request body of each."""

import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from load_tests.servers.virtual_environments import virtual_environment
from training.settings import model_key

_PEERS = Path(__file__).parents[1] / "peers"
_REPOSITORY = Path(__file__).parents[2]
# pip's find-links may offer a CPU wheel of this version even if the index has only CUDA builds.
_TRANSFORMERS = ("transformers", "torch==2.13.0")


@dataclass(frozen=True)
class Launch:
    """One start of a server: its working folder, port, and model folder for transformers."""

    folder: Path
    port: int
    model: Path

    @property
    def address(self) -> tuple[str, ...]:
        return ("--host", "127.0.0.1", "--port", str(self.port))


Command = Callable[[Path, Launch], list[str]]
"""Start command, from the ``bin`` folder of the server's environment and the launch."""


@dataclass(frozen=True)
class ComparedServer:
    """A server without ``requirements`` runs in this project's own environment."""

    name: str
    command: Command
    requirements: tuple[str, ...] = ()
    path: str = "/predict"
    body: Callable[[str], object] = lambda text: {"text": text}
    settings: Mapping[str, str] = field(default_factory=dict)

    def programs(self) -> Path:
        """The ``bin`` folder of the server's environment, installed if it is missing."""
        if not self.requirements:
            return Path(sys.executable).parent
        return virtual_environment(self.name.lower().replace(" ", "-"), self.requirements)

    def environment(self, launch: Launch) -> dict[str, str]:
        """Environment variables of the server."""
        return {
            **os.environ,
            "MODEL": str(launch.model),
            "TOKENIZERS_PARALLELISM": "false",
            "HF_HUB_OFFLINE": "1",
            "PYTHONPATH": str(_PEERS if self.requirements else _REPOSITORY),
            "SENTIMENT_MODEL_KEY": str(model_key().resolve()),
            "SENTIMENT_DATA_DIR": str(launch.folder / "data"),
            **self.settings,
        }


def this_service(models: str, name: str = "this service", **settings: str) -> ComparedServer:
    """The service of this project with the families ``models``, without a cache of scores."""

    def command(programs: Path, launch: Launch) -> list[str]:
        return [
            *(str(programs / "bentoml"), "serve", "service:SentimentService"),
            *("--working-dir", str(_REPOSITORY), *launch.address),
        ]

    chosen = {"SENTIMENT_MODELS": models, "SENTIMENT_CACHE_TEXTS": "0", **settings}
    return ComparedServer(name, command, settings=chosen)


def _uvicorn(app: str, *options: str) -> Command:
    return lambda programs, launch: [
        *(str(programs / "uvicorn"), f"{app}:app", "--no-access-log", *launch.address, *options)
    ]


def no_op(workers: int) -> ComparedServer:
    """FastAPI with a constant answer: the upper bound of HTTP with so many workers."""
    return ComparedServer(
        "FastAPI no-op",
        _uvicorn("fastapi_no_op", "--workers", str(workers)),
        ("fastapi", "uvicorn[standard]"),
    )


def _mlserver(programs: Path, launch: Launch) -> list[str]:
    settings = {"host": "127.0.0.1", "http_port": launch.port, "grpc_port": launch.port + 1}
    settings |= {"metrics_port": launch.port + 2, "parallel_workers": 1}
    model = {"name": "sentiment", "implementation": "mlserver_runtime.Sentiment"}
    batching = {"max_batch_size": 32, "max_batch_time": 0.005}
    (launch.folder / "settings.json").write_text(json.dumps(settings))
    (launch.folder / "model-settings.json").write_text(json.dumps(model | batching))
    return [str(programs / "mlserver"), "start", str(launch.folder)]


def _mlserver_request(text: str) -> object:
    return {"inputs": [{"name": "text", "shape": [1, 1], "datatype": "BYTES", "data": [text]}]}


def _mlflow(programs: Path, launch: Launch) -> list[str]:
    model = launch.folder / "mlflow"
    script = (
        f'export PATH="{programs}:$PATH"; python "{_PEERS}/mlflow_model.py" "{model}" && '
        f'exec mlflow models serve --model-uri "{model}" --env-manager local --host 127.0.0.1 '
        f"--port {launch.port}"
    )
    return ["sh", "-c", script]


def _python(script: str) -> Command:
    return lambda programs, launch: [
        *(str(programs / "python"), str(_PEERS / script), str(launch.port))
    ]


PEERS: Sequence[ComparedServer] = (
    # With the scorer of the other servers, the row shows the gain of the server alone.
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
        # MLServer 1.7 asks for an event loop that uvloop 0.22 no longer creates.
        ("mlserver", "uvloop<0.22", *_TRANSFORMERS),
        path="/v2/models/sentiment/infer",
        body=_mlserver_request,
    ),
    ComparedServer("Ray Serve", _python("ray_deployment.py"), ("ray[serve]", *_TRANSFORMERS)),
    ComparedServer(
        "BentoML",
        lambda programs, launch: [
            *(str(programs / "bentoml"), "serve", "bentoml_service:Sentiment"),
            *("--working-dir", str(_PEERS), *launch.address),
        ],
        ("bentoml==1.4.40", *_TRANSFORMERS),
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

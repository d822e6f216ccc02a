"""Every setting of the service, read once from the environment (``SENTIMENT_…``)."""

import importlib.util
import os
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from models.artifacts.signature import PUBLIC_KEY
from models.family import Backend
from models.registry import DEFAULT_FAMILY, FAMILIES, family_named
from serving.prediction_ids import LEAST_SECRET


class Settings(BaseSettings):
    """Settings and their defaults, which docs/settings.md lists."""

    model_config = SettingsConfigDict(
        env_prefix="SENTIMENT_", env_ignore_empty=True, hide_input_in_errors=True
    )

    models: Annotated[tuple[str, ...], NoDecode] = Field(
        tuple(FAMILIES), description="families to serve, separated by commas"
    )
    default_model: str = Field(
        "",
        description=f"family that answers a request without a model; {DEFAULT_FAMILY} if served, "
        "or the first",
    )
    runners: Literal["auto", "inline", "service"] = Field(
        "auto",
        description="inline: models inside the API workers; service: a runner process for each "
        "family; auto: service where there is a GPU",
    )
    backend: Literal["auto", "onnx", "native"] = Field(
        "auto",
        description="onnx: ONNX Runtime on the CPU; native: torch and TensorFlow, on the GPU where "
        "there is one; auto: native where there is a GPU",
    )
    api_workers: int = Field(
        0, ge=0, description="API worker processes; 0: one a core where models are inline, else 1"
    )
    threads: int = Field(
        0, ge=0, description="threads of a process that scores; 0: cores divided by API workers"
    )
    batch_texts: int = Field(32, ge=1, description="most texts in one call of a scorer")
    queue_texts: int = Field(
        2048, ge=256, description="most texts waiting in a worker for one model, then 503"
    )
    queue_ms: float = Field(
        10_000.0,
        gt=0,
        description="bound of the waiting time of a text in ms: 503 if half of it is expected",
    )
    cache_texts: int = Field(
        10_000, ge=0, description="scores of recent texts kept in a worker for each model; 0: none"
    )
    access_log: bool = Field(False, description="log each request: route, code and duration")
    tracing: bool = Field(
        False, description="trace requests as BentoML's own configuration says (OpenTelemetry)"
    )
    timeout_s: float = Field(30.0, gt=0, description="seconds until a prediction answers 504")
    data_dir: Path = Field(
        Path.home() / ".tweet-sentiment", description="folder of the feedback and of the secret"
    )
    model_key: Path = Field(
        Path(),
        description="public key of the champions' signatures; that of the Bento, else "
        f"{PUBLIC_KEY} in the data folder",
    )
    database_url: str = Field(
        "", description="SQLAlchemy address of the feedback store; SQLite in the data folder"
    )
    secret_key: SecretStr = Field(
        SecretStr(""), description="signs prediction ids; made at first start in the data folder"
    )
    prediction_hours: float = Field(
        168.0, gt=0, description="hours in which feedback on a prediction is taken"
    )
    retention_days: float = Field(
        90.0, gt=0, description="days after which feedback is deleted by itself"
    )
    admin_key: SecretStr = Field(
        SecretStr(""), description="opens /admin; without it /admin always answers 403"
    )

    @field_validator("models", mode="before")
    @classmethod
    def _split_models(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(name.strip() for name in value.split(",") if name.strip())
        return value

    @field_validator("models")
    @classmethod
    def _known_models(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if not names:
            raise ValueError("name at least one family")
        return tuple(dict.fromkeys(family_named(name).name for name in names))

    @field_validator("secret_key")
    @classmethod
    def _long_secret(cls, secret: SecretStr) -> SecretStr:
        if 0 < len(secret.get_secret_value()) < LEAST_SECRET:
            raise ValueError(f"a secret has at least {LEAST_SECRET} characters")
        return secret

    @model_validator(mode="after")
    def _fill_defaults(self) -> Self:
        if not self.default_model:
            self.default_model = DEFAULT_FAMILY if DEFAULT_FAMILY in self.models else self.models[0]
        if self.default_model not in self.models:
            raise ValueError(f"the default model {self.default_model!r} is not among those served")
        cores = available_cores()
        if not self.api_workers:
            self.api_workers = cores if self.placement == "inline" else 1
        if not self.threads:
            self.threads = max(1, cores // self.api_workers)
        if self.model_key == Path():
            self.model_key = bento_key() or self.data_dir / PUBLIC_KEY
        if not self.database_url:
            self.database_url = f"sqlite:///{self.data_dir / 'feedback.db'}"
        return self

    @property
    def placement(self) -> Literal["inline", "service"]:
        """Where models run: ``runners`` with "auto" resolved."""
        if self.runners == "auto":
            return "service" if count_gpus() else "inline"
        return self.runners

    @property
    def scoring_backend(self) -> Backend:
        """The backend of the scorers: ``backend`` with "auto" resolved."""
        if self.backend == "auto":
            with_torch = importlib.util.find_spec("torch") is not None
            return "native" if count_gpus() and with_torch else "onnx"
        return self.backend


def bento_key() -> Path | None:
    """The public key in the Bento that holds this code, None outside of a Bento."""
    source = Path(__file__).parents[1]
    key = source / "provenance" / PUBLIC_KEY
    return key if (source.parent / "bento.yaml").is_file() and key.is_file() else None


def available_cores(quota: Path = Path("/sys/fs/cgroup/cpu.max")) -> int:
    """Cores that this process may use, by its affinity and its container's quota."""
    cores = len(os.sched_getaffinity(0))
    try:
        microseconds, period = quota.read_text().split()
    except OSError:
        return cores
    if microseconds == "max":
        return cores
    return max(1, min(cores, int(microseconds) // int(period)))


@lru_cache(maxsize=1)
def count_gpus() -> int:
    """Number of NVIDIA GPUs, by the driver, without loading a deep learning library."""
    import pynvml

    try:
        pynvml.nvmlInit()
        return int(pynvml.nvmlDeviceGetCount())
    except pynvml.NVMLError:
        return 0


@lru_cache(maxsize=1)
def settings() -> Settings:
    return Settings()

"""Every setting of the service, read once from the environment (``SENTIMENT_…``)."""

import importlib.util
import os
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from limits import RateLimitItem
from pydantic import (
    AfterValidator,
    Field,
    SecretStr,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from models.artifacts.signature import PUBLIC_KEY
from models.family import Backend
from models.registry import DEFAULT_FAMILY, FAMILIES, family_named
from serving.api_keys import ApiKey, parse_api_keys, parse_rate
from serving.challenger_settings import (
    Shadow,
    Split,
    check_challengers,
    parse_shadow,
    parse_split,
)
from serving.database_url import check_database_url
from serving.environment import refuse_unknown_variables
from serving.machine import available_cores, count_gpus
from serving.secret import LEAST_SECRET
from serving.setting_values import (
    Names,
    check_hosts,
    check_origins,
    check_path_prefix,
    check_sources,
    parsed_by,
    split_networks,
)

_LEAST_ADMIN_KEY = 16
_MOST_WORKERS = 64


class Settings(BaseSettings):
    """Settings and their defaults, which docs/settings.md lists."""

    model_config = SettingsConfigDict(
        env_prefix="SENTIMENT_",
        env_ignore_empty=True,
        hide_input_in_errors=True,
        allow_inf_nan=False,
        arbitrary_types_allowed=True,
    )

    models: Names = Field(tuple(FAMILIES), description="families to serve, separated by commas")
    default_model: str = Field(
        "",
        description=f"family that answers a request without a model; {DEFAULT_FAMILY} if served, "
        "or the first",
    )
    shadow: Annotated[Shadow | None, NoDecode, parsed_by(parse_shadow)] = Field(
        None,
        description="FAMILY:challenger: the challenger scores a sample of the family's traffic, "
        "and no client gets its answers",
    )
    split: Annotated[Split | None, NoDecode, parsed_by(parse_split)] = Field(
        None,
        description="FAMILY:challenger:PERCENT: the challenger answers so many percent of the "
        "family's clients, 1 to 50",
    )
    sources: Annotated[Names, AfterValidator(check_sources)] = Field(
        ("page", "mentions", "replies"),
        description="names of the places where mentions come from, separated by commas",
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
    batch_texts: int = Field(32, ge=1, le=1024, description="most texts in one call of a scorer")
    queue_texts: int = Field(
        2048,
        ge=256,
        le=1_000_000,
        description="most texts waiting in a worker for one model, then 503",
    )
    queue_ms: float = Field(
        10_000.0,
        gt=0,
        le=3_600_000,
        description="bound of the waiting time of a text in ms: 503 if half of it is expected",
    )
    cache_texts: int = Field(
        10_000,
        ge=0,
        le=10_000_000,
        description="scores of recent texts kept in a worker for each model; 0: none",
    )
    access_log: bool = Field(False, description="log each request: route, code and duration")
    tracing: bool = Field(
        False, description="trace requests as BentoML's own configuration says (OpenTelemetry)"
    )
    timeout_s: float = Field(
        30.0, gt=0, le=3600, description="seconds until a prediction answers 504"
    )
    data_dir: Path = Field(
        Path.home() / ".tweet-sentiment", description="folder of the feedback and of the secret"
    )
    model_key: Path = Field(
        Path(),
        description="public key of the champions' signatures; by default the key in the Bento, "
        f"else {PUBLIC_KEY} in the data folder",
    )
    database_url: str = Field(
        "", description="SQLAlchemy address of the feedback store; SQLite in the data folder"
    )
    broker_url: SecretStr = Field(
        SecretStr("redis://127.0.0.1:6379/0"),
        description="address of the Redis server with mentions, for python -m serving.stream",
    )
    secret_key: SecretStr = Field(
        SecretStr(""), description="signs prediction ids; made at first start in the data folder"
    )
    prediction_hours: float = Field(
        168.0, gt=0, le=87_600, description="hours in which feedback on a prediction is taken"
    )
    retention_days: float = Field(
        90.0,
        gt=0,
        le=36_500,
        description="days after which the service deletes feedback and mentions",
    )
    feedback_per_text: int = Field(
        5, ge=1, description="most verdicts of a kind (correct or wrong) on one text in a day"
    )
    feedback_per_client: int = Field(1000, ge=1, description="most verdicts of a client in an hour")
    feedback_texts_per_client: int = Field(
        100, ge=1, description="most texts of a client that are kept in a day, with consent"
    )
    admin_key: SecretStr = Field(
        SecretStr(""),
        description="opens /admin, /crowd and /ui/crowd; without it /admin always answers 403, and "
        "the other two are open",
    )
    api_keys: Annotated[tuple[ApiKey, ...], NoDecode, parsed_by(parse_api_keys)] = Field(
        (),
        description="entries NAME:sha256:HEX:RATE of the clients' keys, separated by commas; "
        "without entries the service is open",
    )
    rate_limit: Annotated[RateLimitItem | None, NoDecode, parsed_by(parse_rate)] = Field(
        None,
        description="rate limit of each address without an API key, as 600/minute; none by default",
    )
    trusted_proxies: Annotated[tuple[str, ...], NoDecode, parsed_by(split_networks)] = Field(
        (),
        description="addresses and networks of proxies, separated by commas, whose X-Forwarded-For "
        "and X-Forwarded-Proto are trusted",
    )

    allowed_hosts: Annotated[Names, AfterValidator(check_hosts)] = Field(
        ("*",),
        description="host names that requests may name, separated by commas; *.example.com allows "
        "all subdomains; *: any",
    )
    cors_origins: Annotated[Names, AfterValidator(check_origins)] = Field(
        (),
        description="origins whose pages may use the API from a browser, separated by commas, for "
        "instance https://www.example.com; *: any; none: CORS is off",
    )
    path_prefix: Annotated[str, AfterValidator(check_path_prefix)] = Field(
        "",
        description="path under which a reverse proxy publishes the service, for instance "
        "/sentiment; the proxy removes it from requests",
    )

    @model_validator(mode="before")
    @classmethod
    def _known_variables(cls, values: dict[str, Any]) -> dict[str, Any]:
        refuse_unknown_variables(os.environ, cls.model_fields)
        return values

    @field_validator("models")
    @classmethod
    def _known_models(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if not names:
            raise ValueError("name at least one family")
        return tuple(dict.fromkeys(family_named(name).name for name in names))

    @field_validator("secret_key", "admin_key")
    @classmethod
    def _long_secret(cls, secret: SecretStr, field: ValidationInfo) -> SecretStr:
        text = secret.get_secret_value()
        least = LEAST_SECRET if field.field_name == "secret_key" else _LEAST_ADMIN_KEY
        if 0 < len(text) < least:
            raise ValueError(f"a secret has at least {least} characters")
        if text != text.strip() or not text.isprintable() or (text and len(set(text)) == 1):
            raise ValueError(
                "a secret has no white space at its ends, no control characters, "
                "and more than one character"
            )
        return secret

    @field_validator("api_workers", "threads")
    @classmethod
    def _bounded_processes(cls, number: int) -> int:
        most = max(_MOST_WORKERS, available_cores())
        if number > most:
            raise ValueError(f"this machine takes at most {most} processes or threads")
        return number

    @field_validator("data_dir")
    @classmethod
    def _whole_path(cls, folder: Path) -> Path:
        if any(part.startswith("~") for part in folder.parts):
            raise ValueError("write an absolute path: ~ is not replaced by the home folder")
        return folder

    @field_validator("database_url")
    @classmethod
    def _usable_database(cls, url: str) -> str:
        if url:
            check_database_url(url)
        return url

    @model_validator(mode="after")
    def _fill_defaults(self) -> Self:
        if not self.default_model:
            self.default_model = DEFAULT_FAMILY if DEFAULT_FAMILY in self.models else self.models[0]
        if self.default_model not in self.models:
            raise ValueError(
                f"the default model {self.default_model!r} is not served: choose one of "
                f"{', '.join(self.models)}"
            )
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

    @model_validator(mode="after")
    def _possible_challengers(self) -> Self:
        check_challengers(self.shadow, self.split, self.models, inline=self.placement == "inline")
        return self

    @property
    def challenged(self) -> tuple[str, ...]:
        """The families whose challengers run."""
        return tuple(compared.family for compared in (self.shadow, self.split) if compared)

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
    """The public key in the Bento of this code, None outside of a Bento."""
    source = Path(__file__).parents[1]
    key = source / "provenance" / PUBLIC_KEY
    return key if (source.parent / "bento.yaml").is_file() and key.is_file() else None


@lru_cache(maxsize=1)
def settings() -> Settings:
    return Settings()

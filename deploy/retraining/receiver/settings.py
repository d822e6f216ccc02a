"""Settings of the receiver, environment variables ``RETRAINING_…``. docs/loop.md lists them."""

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from deploy.retraining.receiver.command import Command
from deploy.retraining.receiver.github import Workflow

_LEAST_TOKEN = 16
_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+")
# The token of GitHub never crosses a network in clear.
_API = re.compile(r"https://[\w.:/-]+|http://127\.0\.0\.1:\d+")
_ADDRESS = re.compile(r"([\w.-]+):(\d{1,5})")


class SettingError(Exception):
    """An environment variable is missing or invalid. The message quotes no secret."""


@dataclass(frozen=True)
class Settings:
    """``starter`` starts a retraining: GitHub's workflow or a command, never both."""

    host: str
    port: int
    token: str
    record: Path
    starter: Workflow | Command

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Self:
        """Raises ``SettingError``."""

        def value(name: str, default: str = "") -> str:
            return environment.get(f"RETRAINING_{name}", "").strip() or default

        address = _ADDRESS.fullmatch(value("LISTEN", "127.0.0.1:9095"))
        if address is None or int(address[2]) > 65535:
            raise SettingError("RETRAINING_LISTEN is no address: write it as 127.0.0.1:9095")
        token = value("TOKEN")
        if len(token) < _LEAST_TOKEN:
            raise SettingError(f"RETRAINING_TOKEN has fewer than {_LEAST_TOKEN} characters")
        return cls(
            address[1],
            int(address[2]),
            token,
            Path(value("RECORD", "retraining_starts.json")),
            _starter(
                value("REPOSITORY"),
                value("GITHUB_TOKEN"),
                value("BRANCH", "main"),
                value("GITHUB_API", "https://api.github.com"),
                value("COMMAND"),
            ),
        )


def _starter(
    repository: str, github_token: str, branch: str, api: str, command: str
) -> Workflow | Command:
    if bool(repository) == bool(command):
        raise SettingError("set either RETRAINING_REPOSITORY or RETRAINING_COMMAND")
    if command:
        try:
            return Command(tuple(shlex.split(command)))
        except ValueError as error:
            raise SettingError(f"RETRAINING_COMMAND is no command line: {error}") from error
    if not _REPOSITORY.fullmatch(repository):
        raise SettingError("RETRAINING_REPOSITORY is no repository: write it as owner/name")
    if not github_token:
        raise SettingError("RETRAINING_GITHUB_TOKEN is not set")
    if not _API.fullmatch(api):
        raise SettingError("RETRAINING_GITHUB_API is no https:// address")
    return Workflow(repository, github_token, branch, api.rstrip("/"))

"""Values of settings: how texts of the environment are parsed and checked."""

import re
from collections.abc import Callable
from ipaddress import ip_network
from typing import Annotated

from pydantic import BeforeValidator
from pydantic_settings import NoDecode

_HOST = re.compile(r"(\*\.)?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*|\[[0-9a-fA-F:.]+\]")
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?")
_PATH_PREFIX = re.compile(r"(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*){1,8}")
_SOURCE = re.compile(r"[a-z][a-z0-9_]{0,31}")
_MOST_SOURCES = 16


def parsed_by(parse: Callable[[str], object]) -> BeforeValidator:
    """A validator that parses a text, and leaves any other value as it is."""
    return BeforeValidator(lambda value: parse(value) if isinstance(value, str) else value)


def split_names(text: str) -> tuple[str, ...]:
    """The names in a text, which are separated by commas."""
    return tuple(name.strip() for name in text.split(",") if name.strip())


Names = Annotated[tuple[str, ...], NoDecode, parsed_by(split_names)]


def split_networks(text: str) -> tuple[str, ...]:
    """Addresses and networks, separated by commas. Raises ValueError."""
    return tuple(str(ip_network(name)) for name in split_names(text))


def check_sources(sources: tuple[str, ...]) -> tuple[str, ...]:
    """Names of sources, each once. Raises ValueError."""
    if not 0 < len(set(sources)) <= _MOST_SOURCES or not all(map(_SOURCE.fullmatch, sources)):
        raise ValueError(
            f"name 1 to {_MOST_SOURCES} sources of lower-case letters, digits and _, such as "
            "page,mentions,replies"
        )
    return tuple(dict.fromkeys(sources))


def check_hosts(hosts: tuple[str, ...]) -> tuple[str, ...]:
    """Names of hosts and patterns of subdomains. Raises ValueError."""
    for host in hosts:
        if host != "*" and not _HOST.fullmatch(host):
            raise ValueError(f"{host!r} is no host name: write www.example.com or *.example.com")
    return hosts


def check_origins(origins: tuple[str, ...]) -> tuple[str, ...]:
    """Origins of pages. Raises ValueError."""
    for origin in origins:
        if origin != "*" and not _ORIGIN.fullmatch(origin):
            raise ValueError(f"{origin!r} is no origin: write https://www.example.com")
    return origins


def check_path_prefix(prefix: str) -> str:
    """A path without a slash at its end. Raises ValueError."""
    if prefix and not _PATH_PREFIX.fullmatch(prefix):
        raise ValueError("write a path prefix as /sentiment, without a slash at its end")
    return prefix

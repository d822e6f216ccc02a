"""Named API keys of the setting ``SENTIMENT_API_KEYS``.

``python -m serving.api_keys NAME RATE`` makes a key and prints it with its entry for the setting.
"""

import hashlib
import re
import secrets
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import limits
from limits import RateLimitItem

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_MOST_PER_RATE = 2**31 - 1


@dataclass(frozen=True)
class ApiKey:
    """A client's name, the SHA-256 digest of its key (32 bytes), and its rate limit.

    A key has 256 random bits and cannot be guessed from its digest. A slow hash with a salt, which
    protects passwords that people choose, would only delay each request.
    """

    name: str
    digest: bytes
    rate: RateLimitItem


def parse_api_keys(entries: str) -> tuple[ApiKey, ...]:
    """Read entries ``NAME:sha256:HEX:RATE``, separated by commas.

    Raises ``ValueError`` if an entry has another form, or if two entries share a name or a key. The
    message names the entry by its position and repeats nothing of the entry.
    """
    keys: list[ApiKey] = []
    for position, entry in enumerate(filter(None, map(str.strip, entries.split(","))), start=1):
        try:
            keys.append(_parse_entry(entry))
        except ValueError as error:
            raise ValueError(f"entry {position}: {error}") from error
    if len({key.name for key in keys}) < len(keys) or len({key.digest for key in keys}) < len(keys):
        raise ValueError("each entry needs its own name and its own key")
    return tuple(keys)


def _parse_entry(entry: str) -> ApiKey:
    name, algorithm, digest, rate = (*entry.split(":", 3), "", "", "")[:4]
    if not _NAME.fullmatch(name) or algorithm != "sha256" or not _DIGEST.fullmatch(digest):
        raise ValueError(
            "write NAME:sha256:HEX:RATE, the name of lower-case letters, digits, - and _; "
            "python -m serving.api_keys NAME RATE makes an entry"
        )
    return ApiKey(name, bytes.fromhex(digest), parse_rate(rate))


def parse_rate(text: str) -> RateLimitItem:
    """Read a rate such as ``600/minute`` or ``100 per 5 minutes``.

    Raises ``ValueError`` if the text is no rate or the rate is 0.
    """
    try:
        rates = limits.parse_many(text)
    except ValueError:
        rates = []
    if len(rates) != 1 or not 0 < rates[0].amount <= _MOST_PER_RATE or rates[0].get_expiry() <= 0:
        raise ValueError("write a rate as 600/minute or 100 per 5 minutes")
    return rates[0]


def new_api_key(name: str, rate: str) -> tuple[str, str]:
    """A random key and its entry for ``SENTIMENT_API_KEYS``."""
    key = secrets.token_urlsafe(32)
    entry = f"{name}:sha256:{hashlib.sha256(key.encode()).hexdigest()}:{rate}"
    parse_api_keys(entry)
    return key, entry


def main(arguments: Sequence[str]) -> int:
    try:
        name, rate = arguments
        key, entry = new_api_key(name, rate)
    except ValueError as error:
        reason = f": {error}" if len(arguments) == 2 else ""
        sys.stderr.write(f"python -m serving.api_keys NAME RATE{reason}\n")
        return 2
    sys.stdout.write(
        f"key of the client, which the service does not store:\n{key}\n"
        f"entry of SENTIMENT_API_KEYS:\n{entry}\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

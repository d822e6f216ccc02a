"""Prediction ids: signed, expiring tokens that make feedback possible without server memory."""

import hashlib
import hmac
import json
import os
import secrets
import tempfile
import time
from base64 import urlsafe_b64encode
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from itsdangerous import BadData, TimestampSigner
from itsdangerous.encoding import base64_decode, base64_encode

_CLOCK_SKEW_S = 300
_KEY_FILE = "secret.key"
_to_json = json.JSONEncoder(separators=(",", ":")).encode
LEAST_SECRET = 32


class UnknownPredictionError(Exception):
    """The id is not one of ours, was changed, or is too old."""


@dataclass(frozen=True)
class PredictionClaims:
    """What a prediction id says: enough to judge the prediction later, of the tweet its length."""

    nonce: str
    model: str
    version: str
    label: str
    probability: float
    text_length: int
    text_hash: str


class PredictionTokens:
    """Signs and reads prediction ids with one secret, which all replicas share."""

    def __init__(self, secret: str, lifetime_s: float) -> None:
        # Its serializers derive the key anew and compress for every id: half of the time of one.
        self._signer = TimestampSigner(
            _derive_key("prediction", secret), key_derivation="none", digest_method=hashlib.sha256
        )
        self._text_key = _derive_key("text", secret)
        self._lifetime_s = lifetime_s

    def sign(self, text: str, model: str, version: str, label: str, probability: float) -> str:
        nonce = secrets.token_urlsafe(12)
        figure = round(probability, 6)
        claims = [nonce, model, version, label, figure, len(text), self.text_hash(text)]
        return self._signer.sign(base64_encode(_to_json(claims))).decode()

    def read(self, token: str) -> PredictionClaims:
        """The claims of an id; ``UnknownPredictionError`` where it is forged or expired."""
        try:
            signed, signed_at = self._signer.unsign(token, return_timestamp=True)
            age = time.time() - signed_at.timestamp()
            # Replicas' clocks differ a little: an id from the near future is none the worse.
            if not -_CLOCK_SKEW_S <= age <= self._lifetime_s:
                raise UnknownPredictionError
            return PredictionClaims(*json.loads(base64_decode(signed)))
        except (BadData, TypeError) as error:
            raise UnknownPredictionError from error

    def text_hash(self, text: str) -> str:
        """Keyed hash of a tweet: proves that a text is the one predicted, tells nothing else."""
        digest = hmac.digest(self._text_key, text.strip().encode(), "sha256")
        return urlsafe_b64encode(digest[:16]).decode().rstrip("=")


def _derive_key(purpose: str, secret: str) -> bytes:
    return hashlib.sha256(f"{purpose} {secret}".encode()).digest()


def load_or_create_secret(folder: Path) -> str:
    """The secret kept in ``folder``, made at random (mode 600) by whoever comes first."""
    path = folder / _KEY_FILE
    folder.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        # Written aside and linked into place: nobody ever reads half a secret.
        descriptor, aside = tempfile.mkstemp(dir=folder)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(aside, path)
        Path(aside).unlink()
    secret = path.read_text(encoding="ascii").strip()
    if len(secret) < LEAST_SECRET:
        raise ValueError(f"{path} holds no secret: delete it, and a new one is made")
    return secret

"""Prediction ids: signed, expiring tokens. The server stores nothing about a prediction."""

import hashlib
import hmac
import json
import secrets
import time
from base64 import urlsafe_b64encode
from dataclasses import dataclass

from itsdangerous import BadData, TimestampSigner
from itsdangerous.encoding import base64_decode, base64_encode

_CLOCK_SKEW_S = 300
_to_json = json.JSONEncoder(separators=(",", ":")).encode


class UnknownPredictionError(Exception):
    """The id has no valid signature, or it has expired."""


@dataclass(frozen=True)
class PredictionClaims:
    """The content of a prediction id. A keyed hash and the length stand for the tweet."""

    nonce: str
    model: str
    version: str
    label: str
    probability: float
    text_length: int
    text_hash: str


class PredictionTokens:
    """Signs and reads prediction ids. All replicas must have the same secret."""

    def __init__(self, secret: str, lifetime_s: float) -> None:
        # itsdangerous's serializers derive a key and compress for each id, in twice the time.
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
        """The claims of an id; ``UnknownPredictionError`` if it is forged or expired."""
        try:
            signed, signed_at = self._signer.unsign(token, return_timestamp=True)
            age = time.time() - signed_at.timestamp()
            # The clocks of replicas differ: an id may have been signed in the near future.
            if not -_CLOCK_SKEW_S <= age <= self._lifetime_s:
                raise UnknownPredictionError
            return PredictionClaims(*json.loads(base64_decode(signed)))
        except (BadData, TypeError) as error:
            raise UnknownPredictionError from error

    def text_hash(self, text: str) -> str:
        """Keyed hash of a tweet, which shows whether a feedback's text is the predicted text."""
        digest = hmac.digest(self._text_key, text.strip().encode(), "sha256")
        return urlsafe_b64encode(digest[:16]).decode().rstrip("=")


def _derive_key(purpose: str, secret: str) -> bytes:
    return hashlib.sha256(f"{purpose} {secret}".encode()).digest()

"""Prediction ids: signed, expiring tokens. The server stores nothing about a prediction."""

import hashlib
import hmac
import json
import secrets
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass

from itsdangerous import BadData, TimestampSigner
from itsdangerous.encoding import base64_decode, base64_encode

_CLOCK_SKEW_S = 300
_HASH_BYTES = 16
_to_json = json.JSONEncoder(separators=(",", ":")).encode


class UnknownPredictionError(Exception):
    """The id has no valid signature, or it has expired."""


@dataclass(frozen=True)
class PredictionClaims:
    """The content of a prediction id. A keyed hash and the length stand for the tweet.

    ``text_hash`` is the same for equal tweets. In the id the nonce masks the hash, so that ids of
    equal tweets differ. Only the holder of the secret can remove the mask.
    """

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
            # Earlier versions signed ids with another key. Their ids have an unmasked hash and are
            # refused as unknown.
            _derive_key("masked prediction", secret),
            key_derivation="none",
            digest_method=hashlib.sha256,
        )
        self._text_key = _derive_key("text", secret)
        self._mask_key = _derive_key("mask", secret)
        self._client_key = _derive_key("client", secret)
        self._lifetime_s = lifetime_s

    def sign(self, text: str, model: str, version: str, label: str, probability: float) -> str:
        nonce = secrets.token_urlsafe(12)
        figure = round(probability, 6)
        masked = _encode(self._mask(nonce, self._text_digest(text)))
        claims = [nonce, model, version, label, figure, len(text), masked]
        return self._signer.sign(base64_encode(_to_json(claims))).decode()

    def read(self, token: str) -> PredictionClaims:
        """The claims of an id; ``UnknownPredictionError`` if it is forged or expired."""
        try:
            signed, signed_at = self._signer.unsign(token, return_timestamp=True)
            age = time.time() - signed_at.timestamp()
            # The clocks of replicas differ: an id may have been signed in the near future.
            if not -_CLOCK_SKEW_S <= age <= self._lifetime_s:
                raise UnknownPredictionError
            claims = json.loads(base64_decode(signed))
            digest = self._mask(claims[0], urlsafe_b64decode(claims[-1] + "=="))
            claims[-1] = _encode(digest)
            return PredictionClaims(*claims)
        except (BadData, IndexError, TypeError, ValueError) as error:
            raise UnknownPredictionError from error

    def text_hash(self, text: str) -> str:
        """Keyed hash of a tweet, which shows whether a feedback's text is the predicted text."""
        return _encode(self._text_digest(text))

    def pseudonym(self, client: str) -> str:
        """Keyed hash of a client's name or address, of 12 characters."""
        return hmac.digest(self._client_key, client.encode(), "sha256").hex()[:12]

    def position(self, purpose: str, client: str) -> float:
        """Position of a client in [0, 1): a keyed hash, the same in every replica.

        Positions for different purposes are independent.
        """
        digest = hmac.digest(self._client_key, f"{purpose}\n{client}".encode(), "sha256")
        return int.from_bytes(digest[:6]) / 2**48

    def _text_digest(self, text: str) -> bytes:
        return hmac.digest(self._text_key, text.strip().encode(), "sha256")[:_HASH_BYTES]

    def _mask(self, nonce: str, digest: bytes) -> bytes:
        """The exclusive or of a digest and of a keyed hash of the nonce; its own inverse."""
        mask = hmac.digest(self._mask_key, nonce.encode(), "sha256")[:_HASH_BYTES]
        return (int.from_bytes(digest) ^ int.from_bytes(mask)).to_bytes(_HASH_BYTES)


def read_nonce(token: str) -> str:
    """The nonce of an id that this process has signed. The signature is not checked."""
    return str(json.loads(base64_decode(token.partition(".")[0]))[0])


def _encode(digest: bytes) -> str:
    return urlsafe_b64encode(digest).decode().rstrip("=")


def _derive_key(purpose: str, secret: str) -> bytes:
    return hashlib.sha256(f"{purpose} {secret}".encode()).digest()

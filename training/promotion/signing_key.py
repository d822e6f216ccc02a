"""The key pair that signs champions: elliptic (P-256), in PEM files.

The private key stays on the machine that promotes models. The service gets the public key.
"""

import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from training.errors import PromotionError
from training.settings import model_key, own_signing_key, signing_key


def require_signing_key() -> Path:
    """The file of the private key. The first call makes a key pair in the data folder.

    Raises ``PromotionError`` if others can read the private key, its file holds no elliptic key, or
    the public key belongs to another private key.
    """
    private_path, public_path = signing_key(), model_key()
    if not private_path.exists():
        if own_signing_key():
            raise PromotionError(f"SENTIMENT_SIGNING_KEY names {private_path}, which is missing")
        _create(private_path, _private_pem(generate_private_key(SECP256R1())))
    if stat.S_IMODE(private_path.stat().st_mode) & 0o077:
        raise PromotionError(f"others can read {private_path}: chmod 600 {private_path}")
    public = _public_pem(_read(private_path))
    if not public_path.exists():
        _create(public_path, public)
        public_path.chmod(0o644)
    if public_path.read_bytes() != public:
        raise PromotionError(
            f"{public_path} is not the public key of {private_path}: remove it, and sign every "
            "champion with python -m training sign"
        )
    return private_path


def _create(path: Path, content: bytes) -> None:
    """Write a file with mode 600, unless another process was first."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Written to another file and linked into place, so that no process reads a partial key.
    descriptor, temporary = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):
        os.link(temporary, path)
    Path(temporary).unlink()


def _read(path: Path) -> EllipticCurvePrivateKey:
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, TypeError, UnsupportedAlgorithm, ValueError) as error:
        reason = (str(error).splitlines() or [""])[0]
        raise PromotionError(f"{path} holds no private key without a password: {reason}") from error
    if not isinstance(key, EllipticCurvePrivateKey):
        raise PromotionError(f"{path} holds no elliptic key: make one with openssl ecparam")
    return key


def _private_pem(key: EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _public_pem(key: EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

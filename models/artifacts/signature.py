"""The signature of a champion, made offline by OpenSSF's model-signing with an elliptic key.

The signature covers every file of the champion's folder in the model store, BentoML's metadata
included. ``model_signing verify key`` checks the signature too.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from models.artifacts.manifest import SIGNATURE, ModelFolderError, check_model, read_manifest

if TYPE_CHECKING:
    from model_signing.hashing import Config as Hashing

PUBLIC_KEY = "model_key.pem"
"""File name of the public key of the champions."""


def sign_model(folder: Path, private_key: Path) -> None:
    """Sign a model folder, and replace an earlier signature.

    Raises ``ModelFolderError``, and signs nothing, if a file differs from the manifest.
    """
    # Imported late: the import takes a second of processor time and 36 MB of memory.
    from model_signing import signing

    check_model(folder)
    (folder / SIGNATURE).unlink(missing_ok=True)
    config = signing.Config()  # type: ignore[no-untyped-call]
    config.set_hashing_config(_hashing()).use_elliptic_key_signer(private_key=private_key)
    config.sign(folder, folder / SIGNATURE)


def verify_model(folder: Path, public_key: Path) -> None:
    """Compare every file of a model folder with its signature.

    Raises ``ModelFolderError`` if the signature is missing, was made with another key, or does not
    match the files.
    """
    family = read_manifest(folder).family
    remedy = (
        f"promote the model again, or, if you trust the files, sign them with python -m training "
        f"sign {family} (make sign in a checkout)"
    )
    if not (folder / SIGNATURE).is_file():
        raise ModelFolderError(f"{folder} has no signature ({SIGNATURE}): {remedy}")
    if not public_key.is_file():
        raise ModelFolderError(
            f"{public_key} is missing, the public key of the champions' signatures: set "
            "SENTIMENT_MODEL_KEY to its path"
        )
    from model_signing import verifying

    try:
        config = verifying.Config()  # type: ignore[no-untyped-call]
        config.set_hashing_config(_hashing()).use_elliptic_key_verifier(public_key=public_key)
        config.verify(folder, folder / SIGNATURE)
    except Exception as error:
        # The error of the comparison with the manifest names the changed file.
        check_model(folder)
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise ModelFolderError(
            f"{folder / SIGNATURE} does not fit the model and the key {public_key} ({reason}): "
            f"refusing to load the model; {remedy}"
        ) from error


def _hashing() -> "Hashing":
    """SHA-256 of every file except for the signature."""
    from model_signing import hashing

    config = hashing.Config()  # type: ignore[no-untyped-call]
    return config.set_ignored_paths(paths=[SIGNATURE], ignore_git_paths=False)

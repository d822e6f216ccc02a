"""The secret that signs prediction ids, and its file in the data folder."""

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

LEAST_SECRET = 32
_KEY_FILE = "secret.key"


class SecretFileError(OSError):
    """The secret file cannot be used. The message names the file and the remedy."""


def load_or_create_secret(folder: Path) -> str:
    """The secret in ``folder``. The first process creates it at random, with mode 600.

    A new folder has mode 700. Raises ``SecretFileError`` if other accounts can read the file, or
    if the file has no secret.
    """
    path = folder / _KEY_FILE
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        # Written to another file and linked into place, so that no process reads a partial secret.
        descriptor, temporary = tempfile.mkstemp(dir=folder)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(temporary, path)
        Path(temporary).unlink()
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise SecretFileError(f"other accounts can read the secret in {path}: chmod 600 {path}")
    secret = path.read_text(encoding="ascii").strip()
    if len(secret) < LEAST_SECRET:
        raise SecretFileError(
            f"{path} has no secret: delete it, and the next start creates a new one"
        )
    return secret

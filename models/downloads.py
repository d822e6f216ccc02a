"""Files that pip downloads by their hash, kept in the user's cache."""

import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path


class DownloadError(Exception):
    """A file could not be had; the message says which and why."""


def cache_folder() -> Path:
    """Where things are kept that can be had or made again: ``SENTIMENT_CACHE_DIR``."""
    default = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "tweet-sentiment"
    return Path(os.environ.get("SENTIMENT_CACHE_DIR", default))


def pip_download(requirement: str, file_name: str, sha256: str) -> Path:
    """The package's file, from the cache or else from the package index.

    A source distribution is told by its name. Raises ``DownloadError``.
    """
    kept = cache_folder() / file_name
    if kept.exists() and sha256_of(kept) == sha256:
        return kept
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=kept.parent) as folder:
        # By its hash, so that pip runs nothing of a file that is not the expected one.
        requirements = Path(folder) / "requirement.txt"
        requirements.write_text(f"{requirement} --hash=sha256:{sha256}\n", encoding="utf-8")
        kind = "--only-binary" if file_name.endswith(".whl") else "--no-binary"
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", kind, ":all:"]
        command += ["--require-hashes", "--dest", folder, "--requirement", str(requirements)]
        outcome = subprocess.run(command, capture_output=True, text=True, check=False)
        if outcome.returncode:
            reason = (outcome.stderr.strip().splitlines() or ["pip gave no reason"])[-1]
            raise DownloadError(f"pip could not download {requirement}: {reason}")
        downloaded = Path(folder) / file_name
        if (digest := sha256_of(downloaded)) != sha256:
            raise DownloadError(f"{file_name} is not the expected file: its SHA-256 is {digest}")
        downloaded.replace(kept)
    return kept


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

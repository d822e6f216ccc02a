"""The import of TensorFlow: its settings, and no messages."""

import os
import sys
from pathlib import Path

# Without this, TensorFlow logs errors if there is no GPU.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# By default TensorFlow takes all memory of a GPU, which other models may share.
os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")


def import_tensorflow() -> None:
    """Import TensorFlow before Keras does.

    During its import TensorFlow's native code writes to the standard error stream, whatever its log
    level is. The null device therefore replaces the stream until the import has ended.
    """
    if "tensorflow" in sys.modules:
        return
    stream = os.dup(2)
    try:
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        import tensorflow  # noqa: F401
    finally:
        os.dup2(stream, 2)
        os.close(stream)

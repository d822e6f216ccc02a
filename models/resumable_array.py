"""An array that takes long to compute, kept in a file while it grows."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.arrays import FloatArray


def fill_array(
    path: Path,
    shape: tuple[int, ...],
    batches: Sequence[NDArray[np.intp]],
    compute: Callable[[NDArray[np.intp]], FloatArray],
    report: Callable[[int, int], None],
) -> FloatArray:
    """The array, float32, whose rows of each batch are what ``compute`` gives for the batch.

    After each batch its number is kept beside the file: called again, with the same arguments,
    this goes on after the last one. ``report`` is told the batches done, and all.
    """
    progress = path.with_suffix(".done")
    begun = int(progress.read_text()) if progress.exists() else 0
    array = np.lib.format.open_memmap(path, "r+" if begun else "w+", np.float32, shape)
    for done, rows in enumerate(batches[begun:], start=begun + 1):
        array[rows] = compute(rows)
        array.flush()
        progress.write_text(str(done))
        report(done, len(batches))
    return np.array(array)

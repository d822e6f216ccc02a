"""An array that takes long to compute, kept in a file while it is filled."""

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
    """The array, float32. ``compute`` gets each of ``batches``, row indices, and returns the rows.

    ``path`` keeps the array, and a file beside ``path`` the number of finished batches. A second
    call with the same arguments resumes after the last finished batch. ``report`` is called after
    each batch with the number of finished batches and the number of all batches.
    """
    progress = path.with_suffix(".done")
    finished = int(progress.read_text()) if progress.exists() else 0
    array = np.lib.format.open_memmap(path, "r+" if finished else "w+", np.float32, shape)
    for done, rows in enumerate(batches[finished:], start=finished + 1):
        array[rows] = compute(rows)
        array.flush()
        progress.write_text(str(done))
        report(done, len(batches))
    return np.array(array)

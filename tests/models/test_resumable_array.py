from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from models.arrays import FloatArray
from models.family import Interrupted
from models.resumable_array import fill_array

BATCHES = [np.array([3, 1]), np.array([0]), np.array([4, 2])]


def squares(rows: NDArray[np.intp]) -> FloatArray:
    return (rows**2).astype(np.float32)


def test_a_second_call_resumes_after_the_last_finished_batch(tmp_path: Path) -> None:
    computed: list[int] = []

    def compute(rows: NDArray[np.intp]) -> FloatArray:
        computed.extend(rows.tolist())
        return squares(rows)

    def interrupt_after_two(done: int, total: int) -> None:
        if done == 2:
            raise Interrupted

    path = tmp_path / "array.npy"
    with pytest.raises(Interrupted):
        fill_array(path, (5,), BATCHES, compute, interrupt_after_two)
    assert computed == [3, 1, 0]
    reported: list[tuple[int, int]] = []
    found = fill_array(path, (5,), BATCHES, compute, lambda *done: reported.append(done))
    assert computed == [3, 1, 0, 4, 2]
    assert reported == [(3, 3)]
    assert found.tolist() == [0, 1, 4, 9, 16]

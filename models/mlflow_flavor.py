"""Loader of a model folder for MLflow: ``loader_module`` of the pyfunc flavour, without pickle."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.answers import LABELS, Answer, answer
from models.artifacts.folder import CalibratedScorer, load_model
from models.artifacts.manifest import Manifest
from models.reader_shares import READERS

if TYPE_CHECKING:
    import pandas as pd

TEXT = "text"
"""The column of the input."""

DEFAULT_OUTPUT = "label"
"""The part of an answer that ``predict`` returns unless a caller asks for another.

MLflow's evaluation of classifiers calls ``predict`` without parameters, and compares the output
with the targets.
"""

# By default pandas would write a missing doubt as NaN, which is no JSON.
_DTYPES = {"doubt": object}
# MLflow's server casts the values of "inputs" and "instances" to NumPy strings.
_NULL_AS_TEXT = "None"

_COLUMNS: dict[str, Callable[[Answer], object]] = {
    "label": lambda answer: answer.label,
    "class": lambda answer: LABELS.index(answer.label),
    "probability": lambda answer: answer.probability,
    "confident": lambda answer: answer.confident,
    "doubt": lambda answer: answer.doubt,
}


class TweetModel:
    """A pyfunc model."""

    def __init__(self, scorer: CalibratedScorer, manifest: Manifest) -> None:
        self._scorer = scorer
        self._manifest = manifest

    def predict(
        self, frame: "pd.DataFrame", params: Mapping[str, Any] | None = None
    ) -> "pd.Series[Any] | pd.DataFrame":
        """Answers to the rows of a frame with a column ``text``.

        ``params["output"]`` chooses the answer's part: ``label`` ("negative" or "positive"),
        ``class`` (0 or 1), ``probability`` of positive, ``confident``, ``doubt``, or ``all``, a
        frame of these columns and of the readers' shares. Raises ``MlflowException`` with the
        number of the row if a row has no text.
        """
        import pandas as pd

        output = (params or {}).get("output", DEFAULT_OUTPUT)
        if output not in (*_COLUMNS, "all"):
            raise _refusal(f"the output {output!r} is none of {', '.join(_COLUMNS)} and all")
        answers = answer(self._scorer, self._manifest, _texts(frame))
        columns = {name: [value(each) for each in answers] for name, value in _COLUMNS.items()}
        if output != "all":
            return pd.Series(columns[output], name=output, dtype=_DTYPES.get(output))
        if self._manifest.calibration.has_neutral:
            for index, reader in enumerate(READERS):
                columns[reader] = [each.readers and each.readers[index] for each in answers]
        return pd.DataFrame(
            {name: pd.Series(values, dtype=_DTYPES.get(name)) for name, values in columns.items()}
        )


def _load_pyfunc(data_path: str) -> TweetModel:
    manifest, scorer = load_model(Path(data_path))
    return TweetModel(scorer, manifest)


def _texts(frame: "pd.DataFrame") -> list[str]:
    """The texts of a frame. Raises ``MlflowException`` if a row has no text."""
    import pandas as pd

    if TEXT not in frame.columns:
        columns = ", ".join(map(str, frame.columns))
        raise _refusal(f"the input has no column {TEXT!r}, but {columns or 'no column'}")
    cells = frame[TEXT].tolist()
    # MLflow makes one row of {"text": ["first", "second"]}.
    if len(cells) == 1 and isinstance(cells[0], Sequence) and not isinstance(cells[0], str):
        cells = list(cells[0])
    for row, cell in enumerate(cells, start=1):
        if not isinstance(cell, str):
            value = "null" if pd.isna(cell) is True else f"a value of type {type(cell).__name__}"
            raise _refusal(f"row {row} of {len(cells)} has {value} instead of a text")
        if cell == _NULL_AS_TEXT:
            raise _refusal(
                f"row {row} of {len(cells)} has null instead of a text, or the one word "
                f"{_NULL_AS_TEXT}, into which MLflow's server turns null"
            )
    return cells


def _refusal(reason: str) -> Exception:
    from mlflow.exceptions import MlflowException

    refusal: Exception = MlflowException.invalid_parameter_value(reason)
    return refusal

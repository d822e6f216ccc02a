"""Bulk scoring: rows of files become rows with answers, in a file of their own."""

import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import IO, Protocol

from models.artifacts.manifest import manifest_digest
from models.artifacts.store import StoredModel
from training.data.files.bad_rows import HEADINGS, SIDE_FILE, Policy
from training.errors import DataError
from training.scoring.answer_columns import AnsweringModel, answer_columns
from training.scoring.engine import CHUNK_TEXTS, Engine
from training.scoring.input_rows import PART_ROWS, InputRows
from training.scoring.known_texts import KNOWN_TEXTS, KnownTexts
from training.scoring.output_place import OutputPlace
from training.scoring.parquet_format import ParquetFormat, column_types
from training.scoring.parts import Parts, RunState, encode_bad_rows
from training.scoring.row_formats import DelimitedFormat, JsonLinesFormat, RowFormat
from training.scoring.scored_parts import ScoredPart, score_parts
from training.scoring.scored_texts import ScoredTexts
from training.scoring.summary import Summary


class Progress(Protocol):
    """Receives the progress of a run."""

    def begin(self, lines: int | None) -> None:
        """Called before the first row. ``lines``: lines of all files, None for a stream."""
        ...

    def update(self, lines: int, summary: Summary) -> None:
        """Called after each part. ``lines``: lines that were read."""
        ...


@dataclass(frozen=True)
class ScoringRun:
    """The arguments of a run. ``text_column``: None recognises the column.

    ``known_texts``: distinct texts whose answers are kept; ``part_rows``: rows of a part.
    """

    source: str
    output: OutputPlace
    model: StoredModel
    text_column: str | None = None
    on_bad_rows: Policy = "error"
    part_rows: int = PART_ROWS
    known_texts: int = KNOWN_TEXTS

    def state(self, inputs: dict[str, str]) -> RunState:
        """The state of the run on files with these SHA-256, by name."""
        return RunState(
            output=self.output.place,
            inputs=inputs,
            text_column=self.text_column,
            model=self.model.name,
            version=self.model.version,
            manifest_sha256=manifest_digest(self.model.folder),
            part_rows=self.part_rows,
            chunk_texts=CHUNK_TEXTS,
            known_texts=self.known_texts,
        )


def score_files(run: ScoringRun, engine: Engine, progress: Progress) -> Summary:
    """Score all rows, and write the output. ``engine`` is entered. Raises ``TrainingError``.

    A run that was killed goes on with its first missing part, unless the input is a stream.
    """
    started = time.monotonic()
    rows = InputRows.open(run.source, run.text_column)
    for table in rows.tables:
        if table.file is not None and run.output.is_same_as(table.file.path):
            raise DataError(f"{run.output.place} is a file of the input: name another output")
    format_ = _format(run.output, rows)
    files = rows.files()
    progress.begin(sum(file.lines for file in files) if files else None)
    summary = Summary()
    scored = (
        _to_stream(run, rows, format_, engine)
        if run.output.is_stream
        else _to_file(run, rows, {file.name: file.sha256 for file in files}, format_, engine)
    )
    for part in scored:
        summary.add(part)
        summary.seconds = time.monotonic() - started
        progress.update(part.part.lines, summary)
    summary.seconds = time.monotonic() - started
    return summary


def _to_file(
    run: ScoringRun, rows: InputRows, inputs: dict[str, str], format_: RowFormat, engine: Engine
) -> Iterator[ScoredPart]:
    """Each part, when the disk has it. In the end the parts become the output."""
    with Parts(run.output.parts_folder) as parts:
        parts.begin(run.state(inputs), resume=not rows.is_stream)
        finished = map(parts.answers, range(parts.finished))
        for number, scored in enumerate(_scored(run, rows, engine, finished)):
            if not scored.resumed:
                content = _encode(run, scored, format_)
                parts.write(number, content, scored.part.bad_rows, scored.new_answers)
            yield scored
        bad_rows = parts.joined(lambda file: _join_bad_rows(parts.bad_rows(), file))
        run.output.store_bad_rows(bad_rows if bad_rows.stat().st_size else None)
        run.output.store(parts.joined(lambda file: format_.join(parts.rows(), file)))
        parts.delete()


def _to_stream(
    run: ScoringRun, rows: InputRows, format_: RowFormat, engine: Engine
) -> Iterator[ScoredPart]:
    """Each part, when the standard output has it."""
    with ExitStack() as stack:
        side_file: IO[bytes] | None = None
        for scored in _scored(run, rows, engine):
            if scored.part.bad_rows:
                if side_file is None:
                    side_file = stack.enter_context(SIDE_FILE.open("wb"))
                    side_file.write(encode_bad_rows([HEADINGS]))
                side_file.write(encode_bad_rows(scored.part.bad_rows))
            sys.stdout.buffer.write(_encode(run, scored, format_))
            sys.stdout.buffer.flush()
            yield scored


def _scored(
    run: ScoringRun, rows: InputRows, engine: Engine, finished: Iterable[ScoredTexts] = ()
) -> Iterator[ScoredPart]:
    known = KnownTexts(run.known_texts, run.part_rows)
    return score_parts(rows.parts(run.on_bad_rows, run.part_rows), engine, known, finished)


def _encode(run: ScoringRun, scored: ScoredPart, format_: RowFormat) -> bytes:
    model = AnsweringModel(run.model.name, run.model.version)
    return format_.encode(scored.part.rows, answer_columns(scored.answers, model))


def _join_bad_rows(parts: Iterator[bytes], file: IO[bytes]) -> None:
    has_header = False
    for part in parts:
        if part and not has_header:
            file.write(encode_bad_rows([HEADINGS]))
            has_header = True
        file.write(part)


def _format(output: OutputPlace, rows: InputRows) -> RowFormat:
    if output.suffix == ".jsonl":
        return JsonLinesFormat()
    if rows.is_stream and rows.tables[0].format == "JSON Lines":
        raise DataError(
            "JSON Lines of a pipe have no fixed columns: name an output with .jsonl, or read a file"
        )
    types = column_types(rows.tables)
    if output.suffix == ".parquet":
        return ParquetFormat(types)
    has_texts_alone = all(table.separator is not None for table in rows.tables)
    separator = "," if output.suffix == ".csv" else "\t"
    return DelimitedFormat(list(types), separator, has_texts_alone)

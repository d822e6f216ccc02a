"""``python -m training predict``: answers of a champion, without a server."""

import json
from collections.abc import Iterator
from itertools import chain, islice
from typing import TYPE_CHECKING, Annotated, Any

import typer

from models.registry import DEFAULT_FAMILY, FAMILIES
from training.commands.champions import champion_of
from training.commands.options.arguments import known_family
from training.commands.options.given_texts import read_texts
from training.commands.output.terminal import console
from training.data.files.bad_rows import BadRows, Policy
from training.errors import DataError

if TYPE_CHECKING:
    from models.answers import Answer
    from models.artifacts.store import StoredModel

# Texts that are answered together. Their answers are printed before the next texts are read.
_BATCH_TEXTS = 256


def predict(
    texts: Annotated[
        list[str],
        typer.Argument(
            metavar="TEXT|FILE|-…",
            help="Texts in quotation marks, files, or - for the standard input. A .txt file, a "
            "file without suffix and the standard input have one text a line; other files are "
            "tables (CSV, JSON Lines, Parquet, …).",
        ),
    ],
    model: Annotated[
        str, typer.Option(metavar="|".join(FAMILIES), help="The family that answers.")
    ] = DEFAULT_FAMILY,
    text_column: Annotated[
        str | None,
        typer.Option(help="Column of a table that has the texts; by default it is recognised."),
    ] = None,
    on_bad_rows: Annotated[
        Policy,
        typer.Option(
            help="A row without a usable text ends the command, or goes to the file bad_rows.csv "
            "with the reason."
        ),
    ] = "error",
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object a line instead of a table.")
    ] = False,
) -> None:
    """Answer texts with a family's champion, as the service does, but without a server.

    The answer has the fields of POST /predict. prediction_id is null: feedback needs a server.
    """
    champion = champion_of(known_family(model))
    with BadRows(on_bad_rows) as bad_rows:
        found = read_texts(texts, text_column, bad_rows)
        first = next(found, None)
        if first is None:
            raise DataError(f"{', '.join(texts)}: there is no text")
        answers = _answers(champion, chain([first], found))
        if as_json:
            for text, answer in answers:
                typer.echo(json.dumps(_fields(champion, text, answer), ensure_ascii=False))
        else:
            _print_table(champion, answers)
    if skipped := bad_rows.counts.total():
        typer.echo(f"{skipped} rows went to {bad_rows.side_file}", err=True)


def _print_table(champion: "StoredModel", answers: "Iterator[tuple[str, Answer]]") -> None:
    from training.commands.output.tables import answers_table

    title = f"{champion.name} {champion.version} ({champion.manifest.checkpoint})"
    console.print(answers_table(title, answers))


def _answers(champion: "StoredModel", texts: Iterator[str]) -> "Iterator[tuple[str, Answer]]":
    """Each text with its answer, by the backend that serves on a CPU."""
    from models.answers import answer
    from models.artifacts.folder import load_model

    manifest, scorer = load_model(champion.folder, "onnx")
    while batch := list(islice(texts, _BATCH_TEXTS)):
        yield from zip(batch, answer(scorer, manifest, batch), strict=True)


def _fields(champion: "StoredModel", text: str, answer: "Answer") -> dict[str, Any]:
    """The text, and the fields of the HTTP answer."""
    from models.answers import answer_fields

    return {
        "text": text,
        "prediction_id": None,
        **answer_fields(answer, champion),
        "explanation": None,
    }

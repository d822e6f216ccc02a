"""The table of the files that were read, which commands print before a training."""

from collections.abc import Iterable

from rich import box
from rich.markup import escape
from rich.table import Table

from training.commands.output.terminal import console
from training.data.splits import Splits
from training.data.survey import Survey

_MOST_FILES = 5


def survey_table(survey: Survey) -> Table:
    """Rows read, kept and dropped with the reasons, columns, labels, encoding, languages."""
    table = Table("data", escape(survey.place), box=box.SIMPLE_HEAD, show_header=True)
    for label, value in _rows(survey):
        table.add_row(label, escape(value))
    return table


def print_surveys(splits: Splits) -> None:
    """Print the surveys of the files that the splits come from, if there are any."""
    for survey in splits.surveys:
        console.print(survey_table(survey))
    if splits.surveys:
        for line in survey_lines(splits):
            console.print(line, markup=False, highlight=False, soft_wrap=True)


def survey_lines(splits: Splits) -> list[str]:
    """Lines with the sizes of the splits, the rows that the splits left out, and warnings."""
    parts = f"{len(splits.train):,} rows for training, {len(splits.validation):,} for validation"
    lines = [f"splits: {parts}, {len(splits.test):,} for the test"]
    if splits.rated_validation is not None and splits.rated_test is not None:
        lines.append(
            f"with neutral rows: {len(splits.rated_validation):,} for validation, "
            f"{len(splits.rated_test):,} for the test"
        )
    dropped = {
        "repeated texts": splits.duplicates,
        "texts with several labels": splits.contradictions,
        "overlaps of --train-only with held-out rows": splits.train_only_overlaps,
    }
    if listed := _listed(dropped.items()):
        lines.append(f"left out of the splits: {listed}")
    warnings = (warning for survey in splits.surveys for warning in survey.warnings)
    return [*lines, *(f"warning: {warning}" for warning in warnings)]


def _rows(survey: Survey) -> Iterable[tuple[str, str]]:
    files = list(survey.files.items())
    for name, description in files[:_MOST_FILES]:
        yield ("file" if len(files) == 1 else name), description
    if len(files) > _MOST_FILES:
        yield "more files", f"{len(files) - _MOST_FILES:,}"
    if survey.ignored:
        yield (
            "not read",
            ", ".join(survey.ignored[:_MOST_FILES])
            + (" …" if len(survey.ignored) > _MOST_FILES else ""),
        )
    yield "meaning", ", ".join(survey.meanings)
    yield "rows read", f"{survey.read:,}"
    yield "rows kept", f"{survey.kept:,}"
    dropped = _listed(survey.dropped.items())
    place = f" (see {survey.side_file})" if survey.side_file else ""
    yield "rows dropped", f"{survey.dropped.total():,}" + (f": {dropped}{place}" if dropped else "")
    yield "labels", _listed(survey.labels.most_common())
    length, where = survey.longest
    yield "longest text", f"{length:,} characters ({where})"
    languages = [
        f"{name} {100 * share:.0f} %" for name, share in survey.languages.items() if share >= 0.01
    ]
    yield "languages", f"{', '.join(languages)} (of a sample)"


def _listed(counts: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{number:,} {name}" for name, number in counts if number)

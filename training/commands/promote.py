"""``python -m training promote``: a run becomes its family's champion or challenger."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from training.commands.options.arguments import FamilyName, known_family
from training.commands.output.terminal import console


class PromotedAlias(StrEnum):
    """The aliases that a promotion can give."""

    CHAMPION = "champion"
    CHALLENGER = "challenger"


def promote(
    family: FamilyName,
    named: Annotated[
        str | None,
        typer.Option(
            "--run",
            metavar="RUN|challenger|champion",
            help="This run (its id or the beginning) instead of the best; the challenger; or the "
            "registry's champion, which another machine promoted.",
        ),
    ] = None,
    alias: Annotated[
        PromotedAlias, typer.Option(help="champion: answers; challenger: runs beside it.")
    ] = PromotedAlias.CHAMPION,
    metric: Annotated[
        str, typer.Option(help="The validation metric that decides; ties go to val_roc_auc.")
    ] = "val_precision_at_recall_80",
    split: Annotated[
        str | None,
        typer.Option(help="Digest of the validation split to compare on; default: the newest's."),
    ] = None,
    force: Annotated[
        str | None,
        typer.Option(
            metavar="REASON",
            help="Promote although the gate refuses; the registry keeps the reason.",
        ),
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(help="Write the gate's table into this file, Markdown or .json."),
    ] = None,
) -> None:
    """Make a family's best run the champion: alias in MLflow, copy in the BentoML model store.

    The gate prints a table of checks of the candidate against the champion. The run keeps the table
    as an artifact. The gate refuses a candidate that fails a check.
    """
    from training.commands.output.promotion_tables import print_verdict
    from training.promotion.candidates import best_run, named_run
    from training.promotion.promote import RefusedError
    from training.promotion.promote import promote as promote_run

    known_family(family)
    if named is not None and split:
        raise typer.BadParameter("--run names the run: there is no --split to choose one on")
    run = best_run(family, metric, split) if named is None else named_run(family, named)
    choice = "as named" if named is not None else f"{metric} {run.data.metrics[metric]:.3f}"
    try:
        promotion = promote_run(run, family, alias=alias.value, force=force, report=report)
    except RefusedError as error:
        print_verdict(error.verdict)
        raise
    if promotion.verdict:
        print_verdict(promotion.verdict)
    model = promotion.model
    state = "is now" if promotion.changed else "already was"
    console.print(
        f"{family}: run {run.info.run_id[:8]} ({model.manifest.checkpoint}, {choice}) "
        f"{state} the {alias.value}, "
        f"version {model.version} in the store, {promotion.registered_version} in the registry"
    )
    if promotion.quantization:
        console.print(str(promotion.quantization))

"""``python -m training promote``: a run becomes its family's champion."""

from typing import TYPE_CHECKING, Annotated

import typer

from training.commands.options.arguments import FamilyName, known_family
from training.commands.output.terminal import console

if TYPE_CHECKING:
    from training.promotion.gate import Verdict


def promote(
    family: FamilyName,
    named: Annotated[
        str | None,
        typer.Option(
            "--run", metavar="RUN", help="This run (its id or the beginning) instead of the best."
        ),
    ] = None,
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
) -> None:
    """Make a family's best run the champion: alias in MLflow, copy in the BentoML model store.

    The gate prints the behaviour of candidate and champion. It refuses a candidate that is worse on
    common rows or breaks a floor of behaviour.
    """
    from training.promotion.promote import RefusedError, best_run, named_run
    from training.promotion.promote import promote as promote_run

    known_family(family)
    if named is not None and split:
        raise typer.BadParameter("--run names the run: there is no --split to choose one on")
    run = best_run(family, metric, split) if named is None else named_run(family, named)
    choice = "as named" if named is not None else f"{metric} {run.data.metrics[metric]:.3f}"
    try:
        promotion = promote_run(run, family, force=force)
    except RefusedError as error:
        _print_verdict(error.verdict)
        raise
    if promotion.verdict:
        _print_verdict(promotion.verdict)
    champion = promotion.champion
    state = "is now" if promotion.changed else "already was"
    console.print(
        f"{family}: run {run.info.run_id[:8]} ({champion.manifest.checkpoint}, {choice}) "
        f"{state} the champion, "
        f"version {champion.version} in the store, {promotion.registered_version} in the registry"
    )
    if promotion.quantization:
        console.print(str(promotion.quantization))


def _print_verdict(verdict: "Verdict") -> None:
    from training.behaviour.table import rates_table

    candidate, champion = verdict.candidate, verdict.champion
    console.print(rates_table(candidate.rates, champion.rates if champion else None))
    comparison = f", the champion's {champion.roc_auc:.3f}" if champion else ""
    console.print(f"ROC-AUC on common rows {candidate.roc_auc:.3f}{comparison}")
    for reason in verdict.reasons:
        console.print(f"reason to refuse: {reason}")

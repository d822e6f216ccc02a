"""``python -m training reliability``: whether the champions' answers can be believed."""

from pathlib import Path
from typing import Annotated

import typer

from models.artifacts.folder import load_model
from models.artifacts.manifest import Manifest
from models.artifacts.store import find_champion
from models.confidence.promise import PROMISE
from models.registry import FAMILIES, family_named
from models.shares import positive_probability
from training.commands.arguments import Airline, FamilyName, Seed, console, known_family
from training.data.sources import load_airline, load_tweeteval
from training.errors import TrainingError
from training.reports.documents import replace_between

_DOCUMENT = Path("docs/reliability.md")

reliability_app = typer.Typer(
    help="Measure whether the champions' answers can be believed.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Document = Annotated[
    Path, typer.Option(help="The document with the markers, which the tables are written into.")
]
TweetEval = Annotated[
    Path | None,
    typer.Option(
        help="Folder of TweetEval's sentiment test (test_text.txt, test_labels.txt): judged on."
    ),
]


@reliability_app.command()
def champions(
    airline: Airline = None, tweeteval: TweetEval = None, document: Document = _DOCUMENT
) -> None:
    """Judge every champion on rated texts, other sets, 100 resplits and the behaviour cases."""
    from training.data.rated_splits import load_rated_splits
    from training.evaluation.reader_metrics import evaluate_labels
    from training.promotion.gate import judge
    from training.reliability import tables
    from training.reliability.figures import figures_of_rated, resplit
    from training.reliability.kept import keep
    from training.reliability.pictures import Scored, draw_reliability, draw_risk_coverage

    splits = load_rated_splits(seed=7)
    validation, test = splits.rated_validation, splits.rated_test
    others = {}
    if airline:
        others["airline tweets"] = load_airline(airline)
    if tweeteval:
        others["TweetEval's test"] = load_tweeteval(tweeteval)
    if validation is None or test is None:
        raise RuntimeError("the rated data set has no held-out rows")
    held_out = validation.joined(test)
    sets, resplits, rates = {}, {}, {}
    scored: dict[str, dict[str, Scored]] = {name: {} for name in ("rated texts", *others)}
    for family in FAMILIES:
        champion = find_champion(family)
        if champion is None:
            raise TrainingError(f"{family} has no champion: python -m training promote {family}")
        manifest, scorer = load_model(champion.folder, "onnx")
        decision = manifest.decision
        console.print(_promise(family, manifest))
        shares = scorer.score(test.texts)
        sets[family] = figures_of_rated(test, shares, decision)
        scored["rated texts"][family] = Scored(positive_probability(shares), test.labels, decision)
        for name, tweets in others.items():
            shares = scorer.score(tweets.texts)
            sets[family][name] = evaluate_labels(tweets.labels, shares, decision)
            scored[name][family] = Scored(positive_probability(shares), tweets.labels, decision)
        resplits[family] = resplit(scorer.score(held_out.texts), held_out, PROMISE)
        rates[family] = judge(champion.folder, validation).rates
    pictures = document.parent / "pictures"
    pictures.mkdir(exist_ok=True)
    for name, found in scored.items():
        stem = name.replace(" ", "-").replace("'", "")
        draw_risk_coverage(found, f"Risk and coverage, {name}").savefig(
            pictures / f"risk-coverage-{stem}.png", dpi=110
        )
        draw_reliability(found, f"Reliability, {name}").savefig(
            pictures / f"reliability-{stem}.png", dpi=110
        )
    written = {
        "quality": tables.quality_table(sets),
        "positives": tables.confidence_table(sets, "positive"),
        "negatives": tables.confidence_table(sets, "negative"),
        "resplits": tables.resplit_table(resplits),
        "behaviour": tables.behaviour_table(rates),
    }
    keep(document.parent, rates, PROMISE)
    for name, table in written.items():
        _write(document, name, table)


@reliability_app.command("left-out")
def left_out(family: FamilyName, seed: Seed = 7, document: Document = _DOCUMENT) -> None:
    """Train a family without each source in turn, and judge it on the source that it never saw."""
    from training.reliability import tables
    from training.reliability.left_out import leave_sources_out

    name = known_family(family)
    chosen = family_named(name)
    found = leave_sources_out(chosen, chosen.bootstrap().options, PROMISE, seed)
    unseen = {f"{source}, unseen": figures for source, figures in found.items()}
    quality = tables.quality_table({name: unseen})
    confidence = tables.confidence_table({name: unseen}, "positive")
    _write(document, "left out", f"{quality}\n\nConfident positives:\n\n{confidence}")


def _promise(family: str, manifest: Manifest) -> str:
    decision = manifest.decision
    return (
        f"{family} ({manifest.checkpoint}) promises {decision.promised_positive:.2f} for positives "
        f"from {decision.high:.3f} on, {decision.promised_negative:.2f} for negatives below "
        f"{decision.low:.3f}"
    )


def _write(document: Path, name: str, table: str) -> None:
    console.print(f"\n{name}\n{table}", markup=False, highlight=False, soft_wrap=True)
    begin = f"<!-- {name}: written by python -m training reliability -->"
    replace_between(document, begin, f"<!-- end of {name} -->", table)

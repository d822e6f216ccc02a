"""``python -m training reliability``: how reliable the champions' answers are."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from models.confidence.promise import PROMISE
from models.registry import FAMILIES, family_named
from training.commands.champions import champion_of
from training.commands.options.arguments import Airline, FamilyName, Seed, known_family
from training.commands.output.terminal import console
from training.data.sources import Tweets, load_airline, load_tweeteval
from training.markdown import replace_between

if TYPE_CHECKING:
    from models.artifacts.manifest import Manifest
    from training.reliability.pictures import Scored

_DOCUMENT = Path("docs/confidence.md")

reliability_app = typer.Typer(
    help="Measure how reliable the champions' answers are.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Document = Annotated[Path, typer.Option(help="The document whose marked tables are written.")]
TweetEval = Annotated[
    Path | None,
    typer.Option(help="Folder of TweetEval's sentiment test (test_text.txt, test_labels.txt)."),
]


@reliability_app.command()
def champions(
    airline: Airline = None, tweeteval: TweetEval = None, document: Document = _DOCUMENT
) -> None:
    """Evaluate every champion on rated texts, other sets, 100 resplits and the behaviour cases."""
    from models.artifacts.folder import load_model
    from models.reader_shares import positive_probability
    from training.behaviour.model_rates import model_rates
    from training.data.rated_splits import load_rated_splits
    from training.evaluation.reader_metrics import evaluate_labels
    from training.reliability import tables
    from training.reliability.figures import figures_of_rated, resplit
    from training.reliability.figures_file import keep
    from training.reliability.pictures import Scored

    splits = load_rated_splits(seed=7)
    validation, test = splits.rated_validation, splits.rated_test
    others = _other_sets(airline, tweeteval)
    if validation is None or test is None:
        raise RuntimeError("the rated data set has no held-out rows")
    held_out = validation.joined(test)
    sets, resplits, rates = {}, {}, {}
    scored: dict[str, dict[str, Scored]] = {name: {} for name in ("rated texts", *others)}
    for family in FAMILIES:
        champion = champion_of(family)
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
        rates[family] = model_rates(manifest, scorer)
    _draw(document.parent / "pictures", scored)
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
    """Train a family without each source in turn, and evaluate it on that source."""
    from training.fitting.left_out import leave_sources_out
    from training.reliability import tables

    name = known_family(family)
    chosen = family_named(name)
    by_source = leave_sources_out(chosen, chosen.bootstrap().options, PROMISE, seed)
    unseen = {f"{source}, unseen": figures for source, figures in by_source.items()}
    quality = tables.quality_table({name: unseen})
    confidence = tables.confidence_table({name: unseen}, "positive")
    _write(document, "left out", f"{quality}\n\nConfident positives:\n\n{confidence}")


def _other_sets(airline: Path | None, tweeteval: Path | None) -> dict[str, Tweets]:
    """The sets that the options name, by their names in the document."""
    sets = {}
    if airline:
        sets["airline tweets"] = load_airline(airline)
    if tweeteval:
        sets["TweetEval's test"] = load_tweeteval(tweeteval)
    return sets


def _draw(folder: Path, scored: "dict[str, dict[str, Scored]]") -> None:
    """Draw the pictures of each set of texts into the folder."""
    from training.reliability.pictures import draw_reliability, draw_risk_coverage

    folder.mkdir(exist_ok=True)
    for name, families in scored.items():
        stem = name.replace(" ", "-").replace("'", "")
        risk_coverage = draw_risk_coverage(families, f"Risk and coverage, {name}")
        risk_coverage.savefig(folder / f"risk-coverage-{stem}.png", dpi=110)
        reliability = draw_reliability(families, f"Reliability, {name}")
        reliability.savefig(folder / f"reliability-{stem}.png", dpi=110)


def _promise(family: str, manifest: "Manifest") -> str:
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

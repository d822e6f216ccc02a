"""Splits of the rated data set. Its tweets keep the splits of ``load_embedded``."""

from dataclasses import replace

import numpy as np

from models.examples import NEUTRAL, Examples
from training.data.rated import SOURCES, TWEETS, RatedTexts, load_rated, parts_by_document
from training.data.sources import load_embedded
from training.data.splits import SHARES, Splits, split, text_keys

# Shares of training, validation and test. Validation gets 600 to 1,000 texts of each source, since
# the proof of a precision of 0.95 takes thousands of rows.
_SHARES = {
    TWEETS: SHARES,
    "products": (0.70, 0.20, 0.10),
    "films": (0.80, 0.10, 0.10),
    "newspapers": (0.70, 0.20, 0.10),
}


def load_rated_splits(
    seed: int, without: str | None = None, source_rows: int | None = None
) -> Splits:
    """Splits of the rated texts of all four sources.

    ``split`` splits the positive and negative tweets, so that figures on ``validation`` and
    ``test`` compare with those of two-class data sets. ``rated_validation`` and ``rated_test`` hold
    these tweets, neutral tweets, and a part of each other source. The training split shares no
    text with the rated splits. It leaves out the source ``without``, and takes at most
    ``source_rows`` texts of each other source.
    """
    tweets = split(load_embedded(), seed)
    rated = load_rated()
    held_out = [set(tweets.validation.texts), set(tweets.test.texts)]
    parts: list[list[int]] = [[], [], []]
    of_tweets = set(tweets.train.texts)
    for source in SOURCES:
        rows = np.array([row for row, name in enumerate(rated.sources) if name == source])
        chosen_parts = parts_by_document(rated.take(rows), _SHARES[source], seed)
        for number, chosen in enumerate(chosen_parts):
            for row in rows[chosen]:
                if source == TWEETS and rated.labels[row] != NEUTRAL:
                    _place_tweet(rated.texts[row], int(row), of_tweets, held_out, parts)
                else:
                    parts[number].append(int(row))
    validation, test = rated.take(parts[1]), rated.take(parts[2])
    seen = {key for part in (validation, test) for text in part.texts for key in text_keys(text)}
    train = [
        row
        for row in parts[0]
        if seen.isdisjoint(text_keys(rated.texts[row])) and rated.sources[row] != without
    ]
    if source_rows is not None:
        train = _at_most(source_rows, train, rated, seed)
    return replace(
        tweets,
        train=rated.take(train).examples,
        rated_validation=validation,
        rated_test=_without_texts_of(validation, test),
    )


def combine(splits: Splits, rated: Splits, weight: float, distant: float, seed: int) -> Splits:
    """Add the training split of ``rated`` to the training split of distantly labelled tweets.

    Each rated text is added ``weight`` times. A fraction of ``weight`` is the probability of one
    more time. A distantly labelled tweet gets the probability ``distant`` of its label, since
    emoticons are a noisy sign (Go, Bhayani & Huang, 2009). Its neutral share is unknown (NaN).
    Tweets with shares of their own keep these. The rated validation texts become the deciding
    examples, beside those of the tweets.
    """
    shares = splits.train.shares
    if shares is None:
        positive = splits.train.targets[:, 1]
        sided = distant * positive + (1 - distant) * (1 - positive)
        unknown = np.full(len(sided), np.nan)
        shares = np.stack([1 - sided, unknown, sided], axis=1).astype(np.float32)
    seen = {
        key
        for part in (splits.validation, splits.test, splits.rated_validation, splits.rated_test)
        if part is not None
        for text in part.texts
        for key in text_keys(text)
    }
    apart = [row for row, text in enumerate(rated.train.texts) if seen.isdisjoint(text_keys(text))]
    whole, fraction = divmod(weight, 1.0)
    drawn = np.random.default_rng(seed).random(len(apart)) < fraction
    rows = np.repeat(apart, int(whole) + drawn)
    train = Examples(splits.train.texts, splits.train.labels, shares)
    return replace(
        splits,
        train=_joined(train, rated.train.take(rows)),
        rated_validation=_together(splits.rated_validation, rated.rated_validation),
        rated_test=_together(splits.rated_test, rated.rated_test),
    )


def _together(first: RatedTexts | None, second: RatedTexts | None) -> RatedTexts | None:
    return first.joined(second) if first is not None and second is not None else second


def _place_tweet(
    text: str, row: int, of_train: set[str], held_out: list[set[str]], parts: list[list[int]]
) -> None:
    """Append the row to the part that ``split`` chose for its text. A dropped text has no part."""
    for number, texts in enumerate((of_train, *held_out)):
        if text in texts:
            parts[number].append(row)
            return


def _at_most(most: int, rows: list[int], rated: RatedTexts, seed: int) -> list[int]:
    """At most ``most`` rows of each source, drawn at random, in their order."""
    drawn: list[int] = []
    generator = np.random.default_rng(seed)
    for source in SOURCES:
        of_source = [row for row in rows if rated.sources[row] == source]
        drawn += sorted(generator.permutation(of_source)[:most].tolist())
    return drawn


def _without_texts_of(first: RatedTexts, second: RatedTexts) -> RatedTexts:
    """The texts of ``second`` that are not in ``first``."""
    known = {key for text in first.texts for key in text_keys(text)}
    return second.take(
        [row for row, text in enumerate(second.texts) if known.isdisjoint(text_keys(text))]
    )


def _joined(first: Examples, second: Examples) -> Examples:
    return Examples(
        first.texts + second.texts,
        np.concatenate([first.labels, second.labels]),
        np.concatenate([first.targets, second.targets]),
    )

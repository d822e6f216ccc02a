"""Splits of the rated data set that keep the splits of its tweets as they are."""

from dataclasses import replace

import numpy as np

from models.examples import NEUTRAL, Examples
from training.data.rated import SOURCES, TWEETS, RatedTexts, load_rated, parts_by_document
from training.data.sources import load_embedded
from training.data.splits import SHARES, Splits, split, text_keys

# Shares of training, validation and test. Validation has some 600 to 1,000 texts of each source, as
# a precision of 0.95 is proven by thousands of rows only.
_SHARES = {
    TWEETS: SHARES,
    "products": (0.70, 0.20, 0.10),
    "films": (0.80, 0.10, 0.10),
    "newspapers": (0.70, 0.20, 0.10),
}


def load_rated_splits(
    seed: int, without: str | None = None, source_rows: int | None = None
) -> Splits:
    """The rated texts of all four sources, split.

    Positive and negative tweets are split as ``split`` does, so that figures on ``validation`` and
    ``test`` compare with those of other data sets. ``rated_validation`` and ``rated_test`` hold
    these tweets, neutral ones, and a part of each other source. No text of theirs is trained on.
    ``without`` is a source that is not trained on; of each other source, ``source_rows`` texts are
    trained on at most.
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
    """Splits of distantly labelled tweets with the rated texts added to the training split.

    Each rated text is taken ``weight`` times, a fraction of a time by chance. The neutral share of
    a distantly labelled tweet is unknown, and P of its label is ``distant``, as emoticons are no
    sure sign (Go, Bhayani & Huang, 2009). Calibration and band come from ``rated_validation``.
    """
    positive = splits.train.targets[:, 1]
    sided = distant * positive + (1 - distant) * (1 - positive)
    unknown = np.full(len(sided), np.nan)
    shares = np.stack([1 - sided, unknown, sided], axis=1).astype(np.float32)
    seen = {
        key
        for part in (splits.validation, splits.test)
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
        rated_validation=rated.rated_validation,
        rated_test=rated.rated_test,
    )


def _place_tweet(
    text: str, row: int, of_train: set[str], held_out: list[set[str]], parts: list[list[int]]
) -> None:
    """Put a tweet where ``split`` put its text; a dropped text is in no split."""
    for number, texts in enumerate((of_train, *held_out)):
        if text in texts:
            parts[number].append(row)
            return


def _at_most(most: int, rows: list[int], rated: RatedTexts, seed: int) -> list[int]:
    """So many rows of each source, drawn at random, in their order."""
    drawn: list[int] = []
    generator = np.random.default_rng(seed)
    for source in SOURCES:
        of_source = [row for row in rows if rated.sources[row] == source]
        drawn += sorted(generator.permutation(of_source)[:most].tolist())
    return drawn


def _without_texts_of(first: RatedTexts, second: RatedTexts) -> RatedTexts:
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

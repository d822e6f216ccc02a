"""Sequential tests of champion and challenger, valid after every verdict.

A fixed-size test that is repeated after every verdict finds a difference sooner or later, even
between equal models. The tests of this module are test martingales (Ramdas, Grünwald, Vovk and
Shafer: Game-theoretic statistics and safe anytime-valid inference, Statistical Science 38, 2023).
A test starts with a capital of 1 and bets on a difference. Without a difference the expected
capital stays at most 1. The probability that the capital ever reaches ``1 / error_rate`` is then at
most ``error_rate`` (Ville's inequality), however often and however long somebody looks.

**Two arms.** Each client sees one model (``SequentialTest``). A block holds n₀ verdicts on the
champion and n₁ on the challenger, y₀ and y₁ of them "wrong". Earlier verdicts fix the rates θ₀ and
θ₁ of a bet. The block multiplies the capital of the bet by

    (θ₀/θ)^y₀ · ((1-θ₀)/(1-θ))^(n₀-y₀) · (θ₁/θ)^y₁ · ((1-θ₁)/(1-θ))^(n₁-y₁)
    with θ = (n₀·θ₀ + n₁·θ₁) / (n₀ + n₁)

(Turner, Ly and Grünwald: Generic E-variables for exact sequential k-sample tests that allow for
optional stopping, J. Stat. Planning and Inference 230, 2024). For true rates p₀ and p₁ the expected
factor is (1 + (p₀-θ)·k₀)^n₀ · (1 + (p₁-θ)·k₁)^n₁ with kᵢ = (θᵢ-θ) / (θ·(1-θ)), and
n₀·k₀ + n₁·k₁ = 0. For θ₀ < θ₁ the expected factor is therefore at most 1 if p₁ ≤ p₀: the bet on a
worse challenger. θ₀ > θ₁ is the bet on a better challenger. The true rates may change from block to
block. The arms arrive in any order and in unequal numbers.

**Pairs.** Both models labelled the same text, and one verdict judges both (``PairedTest``). As in
McNemar's test, only a text counts that one of the models got wrong. If the models are equally good,
this model is the challenger with a probability of ½. A bet on the probability q multiplies its
capital by 2q if the challenger is wrong, otherwise by 2·(1-q).

Several bets with different odds ratios share the capital (method of mixtures). Most of the capital
bets on 2.25, the odds ratio of error rates of 10 % and 20 %. The rest finds smaller differences.
"""

import math
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Decision = Literal["continue", "worse", "better"]

_ODDS_RATIOS = (1.25, 1.5, 2.25)
_CAPITAL = (0.1, 0.1, 0.8)
LOG_ODDS_RATIOS = np.outer((1, -1), np.log(_ODDS_RATIOS))
"""Log odds ratio of a bet, shape (2, 3): bets on a worse and on a better challenger."""
START = np.log((_CAPITAL, _CAPITAL))
"""Logarithm of each bet's capital at the start, shape (2, 3)."""
BLOCK = 3
"""Least number of verdicts of each arm in a block. Larger blocks bet more evenly, but later."""
# The error rate before the first verdict, and its weight in verdicts.
_FIRST_RATE, _FIRST_RATE_VERDICTS = 0.125, 8


def log_growth(block: NDArray[np.int_], past: NDArray[np.int_]) -> NDArray[np.float64]:
    """Logarithms of the factors by which a block multiplies the capital of each bet.

    ``block`` and ``past`` are numbers of verdicts, shape (..., 2, 2): champion and challenger,
    correct and wrong. ``past`` holds the verdicts of all earlier blocks. Shape (..., 2, 3).
    """
    verdicts = past.sum((-1, -2))
    rate = (past[..., 1].sum(-1) + _FIRST_RATE * _FIRST_RATE_VERDICTS) / (
        verdicts + _FIRST_RATE_VERDICTS
    )
    challenger_share = (past[..., 1, :].sum(-1) + 0.5) / (verdicts + 1)
    # Each arm's distance from the common rate, so that the mean over both arms is about the rate.
    distance = np.stack((-challenger_share, 1 - challenger_share), axis=-1)
    log_odds = np.log(rate / (1 - rate))[..., None, None, None] + (
        LOG_ODDS_RATIOS[..., None] * distance[..., None, None, :]
    )
    rates = 1 / (1 + np.exp(-log_odds))
    sizes = block.sum(-1)[..., None, None, :]
    equal = ((rates * sizes).sum(-1) / sizes.sum(-1))[..., None]
    correct, wrong = block[..., None, None, :, 0], block[..., None, None, :, 1]
    growth: NDArray[np.float64] = (
        wrong * np.log(rates / equal) + correct * np.log((1 - rates) / (1 - equal))
    ).sum(-1)
    return growth


class _Evidence:
    """The capital of all bets, and the first decision that it allows."""

    def __init__(self, error_rate: float) -> None:
        self.decision: Decision = "continue"
        self._enough = -math.log(error_rate)
        self._capital = START.copy()

    def multiply(self, log_factors: NDArray[np.float64]) -> None:
        self._capital += log_factors
        worse, better = np.logaddexp.reduce(self._capital, axis=-1)
        if worse >= self._enough:
            self.decision = "worse"
        elif better >= self._enough:
            self.decision = "better"


class SequentialTest:
    """Whether a larger share of the challenger's verdicts is wrong, by verdicts on two arms.

    The decision is a function of the ordered verdicts and final: later verdicts do not change it.
    A challenger that is not worse is ever called worse with a probability of at most
    ``error_rate``, and likewise for better.
    """

    def __init__(self, error_rate: float = 0.05) -> None:
        self._evidence = _Evidence(error_rate)
        self._block = np.zeros((2, 2), np.int_)
        self._past = np.zeros((2, 2), np.int_)

    @property
    def decision(self) -> Decision:
        """About the challenger: ``worse``, ``better``, or ``continue`` with the test."""
        return self._evidence.decision

    def add(self, challenger: bool, wrong: bool) -> None:
        """Count a verdict on the challenger or on the champion."""
        if self.decision != "continue":
            return
        self._block[int(challenger), int(wrong)] += 1
        if self._block.sum(1).min() >= BLOCK:
            self._evidence.multiply(log_growth(self._block, self._past))
            self._past += self._block
            self._block[:] = 0


class PairedTest:
    """Whether the challenger is wrong more often than the champion, by verdicts on both.

    The error rate and the decision are those of ``SequentialTest``.
    """

    def __init__(self, error_rate: float = 0.05) -> None:
        self._evidence = _Evidence(error_rate)
        probabilities = 1 / (1 + np.exp(-LOG_ODDS_RATIOS))
        self._challenger_wrong = np.log(2 * probabilities)
        self._champion_wrong = np.log(2 * (1 - probabilities))

    @property
    def decision(self) -> Decision:
        """About the challenger: ``worse``, ``better``, or ``continue`` with the test."""
        return self._evidence.decision

    def add(self, champion_wrong: bool, challenger_wrong: bool) -> None:
        """Count a verdict on a text that both models labelled."""
        if self.decision == "continue" and champion_wrong != challenger_wrong:
            self._evidence.multiply(
                self._challenger_wrong if challenger_wrong else self._champion_wrong
            )

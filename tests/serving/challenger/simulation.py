"""Simulated verdicts on champion and challenger, and the looks at which tests decide."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from serving.challenger.sequential_test import BLOCK, LOG_ODDS_RATIOS, START, log_growth

Floats = NDArray[np.float64]

# One-sided 5 % of the normal distribution.
_Z = 1.6449
# The approximation of the fixed-size test needs some verdicts.
_FEWEST_VERDICTS = 10


@dataclass(frozen=True)
class Outcome:
    """The first look of each run with the decision "worse", infinite without one.

    ``looks`` counts all verdicts, ``challenger_verdicts`` those on the challenger. ``fixed_looks``
    is the first look at which a fixed-size test calls the challenger worse.
    """

    looks: Floats
    challenger_verdicts: Floats
    fixed_looks: Floats


def two_arms(
    rates: tuple[float, float], share: float, looks: int, runs: int, seed: int, error_rate: float
) -> Outcome:
    """Runs of ``SequentialTest``, all at once: a test compares them with the class.

    ``rates`` are the error rates of champion and challenger. A verdict is on the challenger with
    the probability ``share``. The simulation ends early if all runs are decided.
    """
    random = np.random.default_rng(seed)
    run = np.arange(runs)
    block, past, total = (np.zeros((runs, 2, 2), np.int_) for _ in range(3))
    capital = np.tile(START, (runs, 1, 1))
    decided = np.zeros(runs, bool)
    outcome = Outcome(*(np.full(runs, np.inf) for _ in range(3)))
    for look in range(1, looks + 1):
        arm, wrong = draw(random, rates, share, runs)
        block[run, arm, wrong] += 1
        total[run, arm, wrong] += 1
        full = np.flatnonzero(block.sum(-1).min(-1) >= BLOCK)
        capital[full] += log_growth(block[full], past[full])
        past[full] += block[full]
        block[full] = 0
        log_capital = np.logaddexp.reduce(capital[full], axis=-1)
        worse, better = (log_capital >= -np.log(error_rate)).T
        new = full[worse & ~decided[full]]
        outcome.looks[new] = look
        outcome.challenger_verdicts[new] = total[new, 1].sum(-1)
        decided[full[worse | better]] = True
        called_worse = _fixed_size_worse(total) & np.isinf(outcome.fixed_looks)
        outcome.fixed_looks[called_worse] = look
        if decided.all():
            break
    return outcome


def draw(
    random: np.random.Generator, rates: tuple[float, float], share: float, runs: int
) -> tuple[NDArray[np.int_], NDArray[np.int_]]:
    """Arm (1: the challenger) and verdict (1: wrong) of the next verdict of each run."""
    arm = (random.random(runs) < share).astype(np.int_)
    wrong = (random.random(runs) < np.asarray(rates)[arm]).astype(np.int_)
    return arm, wrong


def pairs(
    only_champion: float, only_challenger: float, looks: int, runs: int, seed: int, rate: float
) -> Floats:
    """First look of each run at which ``PairedTest`` says worse, infinite without one.

    ``only_champion`` and ``only_challenger`` are the probabilities that only this model is wrong.
    ``rate`` is the error rate of the test.
    """
    random = np.random.default_rng(seed)
    probability = 1 / (1 + np.exp(-LOG_ODDS_RATIOS))
    drawn = random.random((runs, looks))
    # -1: only the champion is wrong; 1: only the challenger; 0: no difference.
    side = (drawn < only_challenger) * 1 - (drawn > 1 - only_champion) * 1
    capital = np.log(2 * np.where(side[..., None, None] > 0, probability, 1 - probability))
    capital = START + np.cumsum(np.where(side[..., None, None] == 0, 0, capital), axis=1)
    worse, better = np.moveaxis(np.logaddexp.reduce(capital, axis=-1) >= -np.log(rate), -1, 0)
    return np.where(_first(worse) < _first(better), _first(worse), np.inf)


def _first(reached: NDArray[np.bool_]) -> Floats:
    """Number of the first true look of each run, shape (runs, looks) → (runs,)."""
    return np.where(reached.any(1), reached.argmax(1) + 1.0, np.inf)


def _fixed_size_worse(total: NDArray[np.int_]) -> NDArray[np.bool_]:
    """Whether the one-sided test of two proportions says worse at the level of 5 %."""
    verdicts, wrong = total.sum(-1), total[..., 1]
    pooled = wrong.sum(-1) / verdicts.sum(-1)
    enough = (verdicts.min(-1) >= _FEWEST_VERDICTS) & (pooled > 0)
    difference = wrong[enough, 1] / verdicts[enough, 1] - wrong[enough, 0] / verdicts[enough, 0]
    variance = pooled[enough] * (1 - pooled[enough]) * (1 / verdicts[enough]).sum(-1)
    found = np.zeros(len(total), bool)
    found[enough] = difference > _Z * np.sqrt(variance)
    return found

"""Reads a trial out on its day: whether the arms can be compared, what the difference was, and what that comes to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from reportgen.model.trials import Effect, Verdict
from reportgen.trials.compare import Observed, compare_sales, compare_shares, winsorise

NOT_ALIKE = 0.001
"""Chance of a check below which arms are not comparable: so far apart they are by chance in one trial of a thousand."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the arms of a trial showed beside one another.

    Attributes
    ----------
    share : Effect
        Of the shares who ordered.
    sales : Effect
        Of the mean of what customers spent.
    sizes_chance, earlier_chance : float
        How often sizes of arms, and what they spent before, are as far apart by chance (0..1).
    verdict : str
        What it comes to.
    """

    share: Effect
    sales: Effect
    sizes_chance: float
    earlier_chance: float
    verdict: Verdict


def read_out(observed: Observed, planned_hold: float) -> Comparison | None:
    """Read a trial out.

    Parameters
    ----------
    observed : Observed
        What its customers did.
    planned_hold : float
        Share of them that was to be held back (0..1).

    Returns
    -------
    Comparison or None
        None where an arm has fewer than two customers.
    """
    from scipy import stats  # noqa: PLC0415 - heavy; see reportgen.runs.warmup

    held = observed.is_held
    treat, hold = int((~held).sum()), int(held.sum())
    if min(treat, hold) < 2:
        return None
    ordered, came = int(observed.ordered[~held].sum()), int(observed.ordered[held].sum())
    share = compare_shares((ordered, treat), (came, hold))
    sizes_chance = float(stats.binomtest(hold, treat + hold, planned_hold).pvalue)
    earlier_chance = _compare_before(observed)
    verdict = _judge(share, min(sizes_chance, earlier_chance))
    return Comparison(share, compare_sales(observed), sizes_chance, earlier_chance, verdict)


def pool(differences: Sequence[Effect]) -> Effect:
    """Pool the differences that several trials of the same action showed: each weighs as much as it is sure.

    Parameters
    ----------
    differences : sequence of Effect
        One or more; of other customers each.

    Returns
    -------
    Effect
        The mean weighted by 1 / variance, with its 95 % interval (fixed effect).
    """
    weights = np.array([1 / difference.error**2 for difference in differences])
    value = float(weights @ np.array([difference.value for difference in differences]) / weights.sum())
    reach = NormalDist().inv_cdf(0.975) / float(np.sqrt(weights.sum()))
    return Effect(value, value - reach, value + reach)


def shrink(difference: Effect, plausible: float) -> Effect:
    """Pull a difference toward no effect: the less sure it is, the further (normal prior around zero).

    Most actions do little, and of those that seem to do most chance has helped many; the pulled difference is what to
    expect of the same action once more.

    Parameters
    ----------
    difference : Effect
        As it was seen.
    plausible : float
        Reach of the prior: 1.96 of its standard deviations; above 0.
    """
    reach = NormalDist().inv_cdf(0.975)
    prior, error = (plausible / reach) ** 2, difference.error**2
    weight = prior / (prior + error)
    value, width = weight * difference.value, reach * float(np.sqrt(weight * error))
    return Effect(value, value - width, value + width)


def _compare_before(observed: Observed) -> float:
    """Return how often what the arms spent before is as far apart by chance (0..1), by Welch's test."""
    from scipy import stats  # noqa: PLC0415 - heavy; see reportgen.runs.warmup

    before = winsorise(observed.earlier)
    arms = before[~observed.is_held], before[observed.is_held]
    if np.ptp(before) == 0:
        return 1.0
    return float(np.nan_to_num(stats.ttest_ind(*arms, equal_var=False).pvalue, nan=1.0))


def _judge(share: Effect, chance: float) -> Verdict:
    if chance < NOT_ALIKE:
        return "not_comparable"
    if share.low > 0:
        return "worked"
    return "harmed" if share.high < 0 else "no_effect_seen"

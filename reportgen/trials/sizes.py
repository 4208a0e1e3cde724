"""Tells how large a trial must be, and what the smallest effect is that one of a given size would find."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

ALPHA, POWER = 0.05, 0.8
"""Error allowed where there is no effect (both sides), and how often an effect of the size asked for is to be found."""
HOLD_SHARES = (0.1, 0.2, 0.3, 0.4, 0.5)
"""Shares that are held back, the fewest first."""


@dataclass(frozen=True, slots=True)
class Arms:
    """How many customers are treated, and how many held back; parts of one are allowed, for solving."""

    treat: float
    hold: float


def find_power(base: float, lift: float, arms: Arms) -> float:
    """Return how often a difference of two shares is found (0..1).

    The normal approximation with the pooled variance under no effect and the own variances under the effect (Fleiss,
    Levin & Paik 2003, section 4.2); of both sides only that of the effect counts.

    Parameters
    ----------
    base : float
        Share of those held back who order (0..1).
    lift : float
        By how much more of the treated do so, absolute (0.05: five points).
    arms : Arms
        The sizes.
    """
    treated = base + lift
    all_ = (arms.treat * treated + arms.hold * base) / (arms.treat + arms.hold)
    under_none = np.sqrt(all_ * (1 - all_) * (1 / arms.treat + 1 / arms.hold))
    under_effect = np.sqrt(treated * (1 - treated) / arms.treat + base * (1 - base) / arms.hold)
    if under_effect == 0:
        return float(lift > 0)
    return NormalDist().cdf(float((lift - _critical() * under_none) / under_effect))


def find_detectable(base: float, arms: Arms, power: float = POWER) -> float | None:
    """Return the smallest lift, absolute, that a trial of this size finds as often as asked; None where none would.

    Parameters
    ----------
    base : float
        Share of those held back who order (0..1).
    arms : Arms
        The sizes.
    power : float
        How often it is to be found (0..1).
    """
    from scipy.optimize import brentq  # noqa: PLC0415 - heavy; see reportgen.runs.warmup

    if min(arms.treat, arms.hold) < 1:
        return None
    most = 1 - base

    def missing(lift: float) -> float:
        return find_power(base, lift, arms) - power

    if most <= 0 or missing(most) < 0:
        return None
    return float(brentq(missing, 0.0, most, xtol=1e-6))


def find_needed(base: float, lift: float, hold: float, power: float = POWER) -> int | None:
    """Return how many customers a trial needs to find a lift as often as asked; None where no size would do.

    Parameters
    ----------
    base, lift : float
        As in `find_power`.
    hold : float
        Share held back (0..1).
    power : float
        How often it is to be found (0..1).
    """
    from scipy.optimize import brentq  # noqa: PLC0415 - heavy; see reportgen.runs.warmup

    if lift <= 0 or base + lift > 1:
        return None

    def missing(customers: float) -> float:
        return find_power(base, lift, _split(customers, hold)) - power

    least, most = 2.0, 2e9
    if missing(least) >= 0:
        return int(least)
    return None if missing(most) < 0 else int(np.ceil(brentq(missing, least, most, xtol=0.1)))


def choose_hold(customers: int, base: float, lift: float, power: float = POWER) -> float:
    """Choose the smallest share to hold back with which a lift would be found as often as asked; else the largest.

    Parameters
    ----------
    customers : int
        Of both arms.
    base, lift, power : float
        As in `find_power`.
    """
    for hold in HOLD_SHARES:
        arms = _split(customers, hold)
        if min(arms.treat, arms.hold) >= 1 and find_power(base, lift, arms) >= power:
            return hold
    return HOLD_SHARES[-1]


def _split(customers: float, hold: float) -> Arms:
    return Arms(customers * (1 - hold), customers * hold)


def _critical() -> float:
    return NormalDist().inv_cdf(1 - ALPHA / 2)

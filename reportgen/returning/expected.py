"""Tells when each customer is expected to order next, by what such customers did before."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reportgen.model.months import RETURN_DAYS
from reportgen.model.stages import LATE_ORDER_DAYS
from reportgen.returning.order_days import OrderDays
from reportgen.returning.times import find_reach
from reportgen.statistics.survival import Survival, fit_survival

_LEAST_CHANCE = 1e-9


@dataclass(frozen=True, eq=False, slots=True)
class Expected:
    """What is expected of each customer.

    Attributes
    ----------
    day : ndarray of float of shape (n_customers,)
        Day by which half of those who come back will have, of customers silent for as long; nan where nobody who was
        silent for so long was seen to come back.
    chance : ndarray of float of shape (n_customers,)
        Share of such customers who order within the next `RETURN_DAYS` (0..1); nan where that was not seen yet.
    """

    day: np.ndarray
    chance: np.ndarray


@dataclass(frozen=True, eq=False, slots=True)
class _Curve:
    """How long customers stay away, in a unit of their own; and how far that was seen."""

    survival: Survival
    reach: float


def expect_orders(
    history: OrderDays, order_days: np.ndarray, first: np.ndarray, last: np.ndarray, as_of: int
) -> Expected:
    """Expect the next order of customers.

    Customers with one order day, and those with two, are expected to do as others did after their first and second one.
    Those with `LATE_ORDER_DAYS` or more have a rhythm: their mean gap, pulled toward that of all by Bühlmann's
    credibility (1967). How long they stay away is measured in such gaps, over all earlier order days of all who had a
    rhythm (Kaplan & Meier 1958), so it is neither supposed to be regular nor to have a certain form.

    Parameters
    ----------
    history : OrderDays
        Of all lines.
    order_days, first, last : ndarray of int of shape (n_customers,)
        Of the customers asked for: days with an order, the first and the last of them.
    as_of : int
        The last day observed; they are silent since their last.
    """
    position, followed, prior = history.position, as_of - history.day, _fit_prior(history)
    gap = _pull(first, last, order_days, prior)
    expected = np.full((2, len(last)), np.nan)
    for number in range(1, LATE_ORDER_DAYS + 1):
        has_rhythm = number == LATE_ORDER_DAYS
        rows = position + 1 >= number if has_rhythm else position + 1 == number
        unit = (
            _pull(history.first[rows], history.day[rows], position[rows] + 1, prior)
            if has_rhythm
            else np.ones(rows.sum())
        )
        curve = _fit_curve(history.until_next[rows], followed[rows], unit)
        if curve is None:
            continue
        mine = order_days >= number if has_rhythm else order_days == number
        own = gap[mine] if has_rhythm else np.ones(mine.sum())
        day, chance = _read(curve, (as_of - last[mine]) / own, own)
        expected[:, mine] = last[mine] + day, chance
    return Expected(np.ceil(expected[0]), expected[1])


@dataclass(frozen=True, slots=True)
class _Prior:
    """Mean gap of all, and how many gaps of one's own weigh as much as it."""

    mean: float
    weight: float


def _fit_prior(history: OrderDays) -> _Prior:
    """Fit what usual gaps are pulled toward, by the moments of Bühlmann & Straub (1970)."""
    goes_on = ~np.isnan(history.until_next)
    gaps, owner = history.until_next[goes_on], history.who[goes_on]
    counts = np.bincount(owner, minlength=history.customers)
    some = counts > 0
    total, groups = counts.sum(), int(some.sum())
    if total <= groups or groups < 2:  # nobody has two gaps
        return _Prior(float(gaps.mean()) if total else 1.0, 1.0)
    means = np.bincount(owner, weights=gaps, minlength=len(counts))[some] / counts[some]
    within = float(((gaps - _spread(means, some)[owner]) ** 2).sum() / (total - groups))
    mean = float(gaps.mean())
    spread = float((counts[some] * (means - mean) ** 2).sum()) - (groups - 1) * within
    between = spread / (total - (counts[some] ** 2).sum() / total)
    return _Prior(mean, within / between if between > 0 else 1e9)


def _spread(values: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Put values into the rows that are theirs, and nothing into the others."""
    spread = np.zeros(len(rows))
    spread[rows] = values
    return spread


def _pull(first: np.ndarray, last: np.ndarray, order_days: np.ndarray, prior: _Prior) -> np.ndarray:
    """Return the usual gap of customers, the fewer they have of their own the nearer to that of all; 1 day at least."""
    gaps = np.maximum(order_days - 1, 0)
    pulled: np.ndarray = np.maximum((last - first + prior.weight * prior.mean) / (gaps + prior.weight), 1.0)
    return pulled


def _fit_curve(until_next: np.ndarray, followed: np.ndarray, unit: np.ndarray) -> _Curve | None:
    """Fit how long customers stay away; None where too few were followed."""
    reach = find_reach(followed / unit)
    if not reach:
        return None
    happened = ~np.isnan(until_next)
    return _Curve(fit_survival(np.where(happened, until_next, followed) / unit, happened), reach)


def _read(curve: _Curve, silent: np.ndarray, unit: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Read from a curve, for customers silent for some units, the days from last to next order, and the chance."""
    survival, ahead = curve.survival, silent + RETURN_DAYS / unit
    left, to_come = survival.left_after(silent), survival.left_after(curve.reach)
    with np.errstate(divide="ignore", invalid="ignore"):
        chance = np.where((ahead <= curve.reach) & (left > 0), 1 - survival.left_after(ahead) / left, np.nan)
    comes_back = (silent < curve.reach) & (left - to_come > _LEAST_CHANCE)
    day = survival.day_of(np.where(comes_back, 1 - (left + to_come) / 2, 0.0)) * unit
    return np.where(comes_back, day, np.nan), chance

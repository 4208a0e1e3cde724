"""Compares the two arms of a trial: the share who ordered, and what each spent."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reportgen.model.trials import Effect
from reportgen.statistics.shrinkage import wilson
from reportgen.statistics.survival import LEVEL

MOST_CUT, CUT_SHARE = 4, 0.05
"""Customers who spent most whose sums are cut to that of the next one: so many, but no more than that share of those
who spent anything. A fixed number: what is cut off is then no bias that more customers would bring to light."""
_LEAST_IN_STRATUM = 2


@dataclass(frozen=True, eq=False, slots=True)
class Observed:
    """What the customers of a trial did.

    Attributes
    ----------
    is_held : ndarray of bool of shape (n_customers,)
        Who was held back.
    stratum : ndarray of int of shape (n_customers,)
        Whom they were split alike in.
    ordered : ndarray of bool of shape (n_customers,)
        Who ordered within the window.
    sales : ndarray of float of shape (n_customers,)
        What they spent in it, nothing included.
    earlier : ndarray of float of shape (n_customers,)
        What they spent before the trial.
    """

    is_held: np.ndarray
    stratum: np.ndarray
    ordered: np.ndarray
    sales: np.ndarray
    earlier: np.ndarray


def compare_shares(treated: tuple[int, int], held: tuple[int, int]) -> Effect:
    """Compare two shares by Newcombe's interval (1998, method 10), made of those of Wilson.

    Parameters
    ----------
    treated, held : tuple of (int, int)
        Who ordered, and of how many.
    """
    (one, n), (other, m) = treated, held
    p, q = one / n, other / m
    (p_low, p_high), (q_low, q_high) = wilson(one, n), wilson(other, m)
    low = p - q - np.sqrt((p - p_low) ** 2 + (q_high - q) ** 2)
    high = p - q + np.sqrt((p_high - p) ** 2 + (q - q_low) ** 2)
    return Effect(p - q, float(low), float(high))


def compare_sales(observed: Observed) -> Effect:
    """Compare the mean of what customers spent, those who spent nothing included.

    What the few who spent most spent is cut to what the next one did: a single customer is not to decide. Of the rest
    what earlier spending tells is taken off (CUPED: Deng, Xu, Kohavi & Walker 2013), so what is compared varies less.
    Strata are weighed by customers. The interval is Welch's (1947), with Satterthwaite's degrees of freedom over arms
    and strata, or that with one variance for both arms where it is wider: of a few who are held back, a mean without
    one of the rare large sums would else seem surer than it is.

    Parameters
    ----------
    observed : Observed
        What they did.
    """
    cells = Cells.of(merge_strata(observed.stratum, observed.is_held), observed.is_held)
    adjusted = adjust(winsorise(observed.sales), winsorise(observed.earlier), cells)
    squares = cells.sum_squares(adjusted, adjusted)
    value, variances = float((cells.sign * cells.weight * cells.average(adjusted)).sum()), squares / cells.freedom
    alike = np.repeat((squares[0::2] + squares[1::2]) / (cells.freedom[0::2] + cells.freedom[1::2]), 2)
    reach = max(_reach(cells, variances), _reach(cells, alike))
    return Effect(value, value - reach, value + reach)


def _reach(cells: Cells, variances: np.ndarray) -> float:
    """Return half the width of an interval, of the variance between the customers of each cell."""
    from scipy import stats  # noqa: PLC0415 - heavy; see reportgen.runs.warmup

    parts = cells.weight**2 * variances / cells.n
    variance = float(parts.sum())
    if variance == 0:
        return 0.0
    freedom = variance**2 / float((parts**2 / cells.freedom).sum())
    return float(stats.t.ppf((1 + LEVEL) / 2, freedom)) * float(np.sqrt(variance))


@dataclass(frozen=True, eq=False, slots=True)
class Cells:
    """The customers of each arm of each stratum.

    Attributes
    ----------
    of_customer : ndarray of int of shape (n_customers,)
        The cell of each: of stratum 0 those treated, those held back, and so on.
    n : ndarray of float of shape (n_cells,)
        Customers of each.
    weight : ndarray of float of shape (n_cells,)
        Share of its stratum in all customers.
    sign : ndarray of int of shape (n_cells,)
        1 for those treated, -1 for those held back.
    """

    of_customer: np.ndarray
    n: np.ndarray
    weight: np.ndarray
    sign: np.ndarray

    @property
    def freedom(self) -> np.ndarray:
        """Degrees of freedom of each cell's variance, 1 at least."""
        return np.asarray(np.maximum(self.n - 1, 1))

    @classmethod
    def of(cls, strata: np.ndarray, is_held: np.ndarray) -> Cells:
        """Part customers by stratum (from 0) and arm; none may be empty."""
        of_customer = strata * 2 + is_held
        n = np.bincount(of_customer).astype(float)
        both = n[0::2] + n[1::2]
        return cls(of_customer, n, np.repeat(both / both.sum(), 2), np.tile([1, -1], len(both)))

    def average(self, values: np.ndarray) -> np.ndarray:
        """Return the mean of each cell (ndarray of shape (n_cells,))."""
        return np.asarray(np.bincount(self.of_customer, weights=values) / self.n)

    def sum_squares(self, one: np.ndarray, other: np.ndarray) -> np.ndarray:
        """Return, for each cell, the sum of products of two values' deviations from their means."""
        deviations = [values - self.average(values)[self.of_customer] for values in (one, other)]
        return np.bincount(self.of_customer, weights=deviations[0] * deviations[1])


def winsorise(spent: np.ndarray) -> np.ndarray:
    """Cut what the few who spent most spent, of both arms together, to what the next one did."""
    some = spent[spent > 0]
    cut = min(MOST_CUT, int(CUT_SHARE * len(some)))
    return np.minimum(spent, np.partition(some, -cut - 1)[-cut - 1]) if cut else spent


def adjust(sales: np.ndarray, earlier: np.ndarray, cells: Cells) -> np.ndarray:
    """Take off what earlier spending tells of sales: sales - theta (earlier - its mean).

    Theta is the one that makes the variance of the difference least, with each arm of each stratum around its own mean:
    so no effect is taken off with it, and Welch's interval is never wider for it.

    Parameters
    ----------
    sales, earlier : ndarray of float of shape (n_customers,)
        What was spent in the trial and before.
    cells : Cells
        Their arms and strata.
    """
    scale = cells.weight**2 / cells.n / cells.freedom
    spread = float(scale @ cells.sum_squares(earlier, earlier))
    theta = float(scale @ cells.sum_squares(earlier, sales)) / spread if spread > 0 else 0.0
    return np.asarray(sales - theta * (earlier - earlier.mean()))


def merge_strata(stratum: np.ndarray, is_held: np.ndarray) -> np.ndarray:
    """Count strata from 0; where any has fewer than two customers in an arm, all are one."""
    _, group = np.unique(stratum, return_inverse=True)
    held, all_ = np.bincount(group, weights=is_held), np.bincount(group)
    is_small = min(held.min(initial=np.inf), (all_ - held).min(initial=np.inf)) < _LEAST_IN_STRATUM
    return np.zeros(len(group), dtype=np.int64) if is_small else group

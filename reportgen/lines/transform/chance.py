"""Tells what chance would give two products: pairs beyond it, variants of one product, pairs of one season."""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np

FALSE_PAIRS = 0.05
"""Share of the pairs found that may be found by mistake (Benjamini & Hochberg 1995)."""
SEASON_MONTHS, SEASON_SHARE, LEAST_MONTHS = 3, 0.8, 9
"""A product of one season has so much of its orders in three months in a row, of so many months or more."""
_REMEMBERED = 50_000
"""Names and codes of products whose words are not looked for again."""
_WORDS = re.compile(r"[^\W\d_]{3,}")
_OWN_ENDING = re.compile(r"[-_/. ]?[A-Za-z]+$")


def expect_pairs(first: np.ndarray, second: np.ndarray, together: np.ndarray) -> np.ndarray:
    """Expect how many orders hold two products by chance.

    Chance deals the order lines of each month out anew among the month's baskets, whose sizes stay: a line of A and one
    of B then lie in the same basket with the probability sum(s (s - 1)) / (M (M - 1)) for baskets of s lines, M in all.
    Big baskets hold many pairs whatever is in them, and what sells in one season meets there anyway.

    Parameters
    ----------
    first, second : ndarray of shape (n_pairs, n_months)
        Orders that hold each product, by month.
    together : ndarray of shape (n_months,)
        From `meet_by_chance`.

    Returns
    -------
    ndarray of shape (n_pairs,)
    """
    expected: np.ndarray = (first * second) @ together
    return expected


def meet_by_chance(lines: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    """Return the probability that two lines of a month lie in the same basket.

    Parameters
    ----------
    lines, pairs : ndarray of shape (n_months,)
        Sums of the baskets' sizes s, and of s (s - 1).
    """
    return np.where(lines > 1, pairs / np.maximum(lines * (lines - 1.0), 1.0), 0.0)


def find_beyond_chance(orders: np.ndarray, expected: np.ndarray, candidates: int) -> np.ndarray:
    """Find the pairs that meet more often than by chance, `FALSE_PAIRS` of them by mistake at most.

    The probability of as many orders or more is that of a Poisson count: the sum of many rare chances. Of all pairs
    that could have been found those are taken that pass the procedure of Benjamini & Hochberg 1995.

    Parameters
    ----------
    orders, expected : ndarray of shape (n_pairs,)
        Of the pairs that were seen.
    candidates : int
        Pairs that could have been seen: those not seen count with a probability of 1.

    Returns
    -------
    ndarray of bool of shape (n_pairs,)
    """
    from scipy.special import gammainc  # noqa: PLC0415 - heavy; see reportgen.runs.warmup

    # the upper tail of a Poisson count is the lower incomplete gamma function
    chances = gammainc(orders, np.maximum(expected, 1e-300))
    order = np.argsort(chances, kind="stable")
    passes = chances[order] <= FALSE_PAIRS * np.arange(1, len(order) + 1) / max(candidates, 1)
    last = int(np.flatnonzero(passes).max()) + 1 if passes.any() else 0
    found = np.zeros(len(order), dtype=bool)
    found[order[:last]] = True
    return found & (orders > expected)


def are_variants(first: str, second: str) -> bool:
    """Tell whether two names are those of variants: they share two words or more, half of the shorter one's at least.

    Words are those of three letters or more; numbers are none.

    Parameters
    ----------
    first, second : str
        Such as ``JUMBO BAG RED RETROSPOT`` and ``JUMBO BAG PINK POLKADOT``.
    """
    words, others = _words_of(first), _words_of(second)
    shared = len(words & others)
    return shared >= 2 and 2 * shared >= min(len(words), len(others))


def have_one_stem(first: str, second: str) -> bool:
    """Tell whether two codes differ in the letters that they end in alone, such as ``85099B`` and ``85099C``."""
    stem = _stem_of(first)
    return stem == _stem_of(second) and any(sign.isdigit() for sign in stem) and first != second


@lru_cache(_REMEMBERED)
def _words_of(name: str) -> frozenset[str]:
    return frozenset(_WORDS.findall(name.casefold()))


@lru_cache(_REMEMBERED)
def _stem_of(code: str) -> str:
    return _OWN_ENDING.sub("", code)


def find_seasons(orders: np.ndarray) -> np.ndarray:
    """Find the season of each product.

    Parameters
    ----------
    orders : ndarray of shape (n_products, n_months)
        Orders that hold each, by month of the window.

    Returns
    -------
    ndarray of int of shape (n_products,)
        The month, from 0, that its season begins with; -1 for a product of no season, and for all of them where the
        window is too short to tell.
    """
    none = np.full(len(orders), -1)
    if orders.shape[1] < LEAST_MONTHS or not len(orders):
        return none
    spans = np.lib.stride_tricks.sliding_window_view(orders, SEASON_MONTHS, axis=1).sum(axis=2)
    best = spans.argmax(axis=1)
    is_seasonal = spans[np.arange(len(orders)), best] >= SEASON_SHARE * orders.sum(axis=1)
    return np.where(is_seasonal & (orders.sum(axis=1) > 0), best, none)

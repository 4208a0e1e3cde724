"""Draws customers with replacement and divides them again, ranks and scale redone in each draw."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from reportgen.config.options import SegmentOptions
from reportgen.segments.clusters import fit_many, fit_weighted

STARTS = 2
"""Starts of each fit; one gives the same means to half a hundredth, and finds a poor solution now and then."""


@dataclass(frozen=True, eq=False, slots=True)
class _Column:
    """One feature, prepared for ranks under any weights."""

    values: np.ndarray
    order: np.ndarray
    runs: np.ndarray
    lasts: np.ndarray


class Redraws:
    """Bootstrap draws of some customers.

    Parameters
    ----------
    frame : pandas.DataFrame
        The customers, sorted by id; the columns that `options.features` names.
    options : SegmentOptions
        `features`, `normalise`, `ties` and `random_state`.
    """

    def __init__(self, frame: pd.DataFrame, options: SegmentOptions) -> None:
        self._options = options
        self._columns = [_prepare(frame[name].to_numpy(dtype=float)) for name in options.features]
        self.size = len(frame)

    def draw(self, number: int) -> np.ndarray:
        """Return how often each customer is in a draw, shape (n_customers,); the same number, the same draw."""
        random = np.random.default_rng([self._options.random_state, number])
        return np.bincount(random.integers(0, self.size, self.size), minlength=self.size)

    def scale(self, weights: np.ndarray) -> np.ndarray:
        """Scale all customers by those drawn, as `fit_scaler` would scale the drawn themselves.

        Parameters
        ----------
        weights : ndarray of shape (n_customers,)
            How often each is drawn.

        Returns
        -------
        ndarray of shape (n_customers, n_features)
            Who is not drawn is placed among those who are.
        """
        return np.stack([self._scale_column(column, weights) for column in self._columns], axis=1)

    def divide(self, n_clusters: int, draws: int, starts: int = STARTS) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Divide each draw anew by k-means.

        Parameters
        ----------
        n_clusters : int
            How many segments.
        draws, starts : int
            How many draws, and starts of each fit.

        Yields
        ------
        labels : ndarray of shape (n_customers,)
            The nearest centre of each customer, drawn or not.
        weights : ndarray of shape (n_customers,)
            How often each is drawn.
        """
        with fit_many():
            for number in range(draws):
                weights = self.draw(number)
                seed = self._options.random_state
                yield fit_weighted(self.scale(weights), weights, n_clusters, starts, seed).labels, weights

    def _scale_column(self, column: _Column, weights: np.ndarray) -> np.ndarray:
        placed = column.values
        if self._options.normalise == "log":
            placed = np.log1p(np.clip(placed, 0, None))
        elif self._options.normalise == "rank":
            placed = self._rank(column, weights)
        total = weights.sum()
        mean = (weights * placed).sum() / total
        std = np.sqrt((weights * (placed - mean) ** 2).sum() / max(total - 1, 1))
        scaled: np.ndarray = (placed - mean) / std if std > 1e-12 * (1 + abs(placed).max()) else np.zeros(len(placed))
        return scaled

    def _rank(self, column: _Column, weights: np.ndarray) -> np.ndarray:
        """Rank under weights: a customer drawn twice takes two ranks, and stands in their middle."""
        sorted_weights = weights[column.order]
        reached = np.cumsum(sorted_weights).astype(float)
        if self._options.ties == "first":
            middles = reached - sorted_weights / 2 + 0.5
        else:
            ends = reached[column.lasts]
            middles = ((np.append(0.0, ends[:-1]) + ends) / 2 + 0.5)[column.runs]
        ranks = np.empty(self.size)
        ranks[column.order] = middles
        return ranks


def _prepare(values: np.ndarray) -> _Column:
    order = np.argsort(values, kind="stable")
    rising = values[order]
    is_new = np.append(True, rising[1:] != rising[:-1])
    runs = np.cumsum(is_new) - 1
    return _Column(values, order, runs, np.append(np.flatnonzero(is_new)[1:], len(values)) - 1)


def measure_jaccard(labels: np.ndarray, found: np.ndarray, drawn: np.ndarray) -> np.ndarray:
    """Measure how well each cluster comes back in another clustering of the customers drawn.

    Each counts once, however often it is drawn (Hennig 2007).

    Parameters
    ----------
    labels : ndarray of int of shape (n_customers,)
        0-based; every cluster has members.
    found : ndarray of int of shape (n_customers,)
        The other clustering, 0-based.
    drawn : ndarray of shape (n_customers,)
        How often each was drawn.

    Returns
    -------
    ndarray of shape (k,)
        The greatest Jaccard coefficient (0..1) with any cluster of the other; 0 for one of which nobody was drawn.
    """
    seen = drawn > 0
    coefficients: np.ndarray = _lay_beside(labels, found, seen).max(axis=1)
    return coefficients


def find_like(labels: np.ndarray, found: np.ndarray) -> np.ndarray:
    """Find for each cluster the one of another clustering of the same customers that is most like it (Jaccard).

    Parameters
    ----------
    labels, found : ndarray of int of shape (n_customers,)
        0-based.

    Returns
    -------
    ndarray of int
        By cluster of the first.
    """
    like: np.ndarray = _lay_beside(labels, found, np.ones(len(labels), dtype=bool)).argmax(axis=1)
    return like


def measure_kept(labels: np.ndarray, draws: Sequence[np.ndarray]) -> np.ndarray:
    """Measure how often each customer is in the cluster that is most like their own when they are divided again.

    Parameters
    ----------
    labels : ndarray of int of shape (n_customers,)
        0-based; every cluster has members.
    draws : sequence of ndarray of int of shape (n_customers,)
        The clusterings of each draw, of all customers.

    Returns
    -------
    ndarray of shape (n_customers,)
        Share of the draws (0..1).
    """
    kept: np.ndarray = np.mean([find_like(labels, found)[labels] == found for found in draws], axis=0)
    return kept


def _lay_beside(labels: np.ndarray, found: np.ndarray, seen: np.ndarray) -> np.ndarray:
    rows, across = labels.max() + 1, found.max() + 1
    counted = np.bincount(labels[seen] * across + found[seen], minlength=rows * across)
    table = counted.reshape(rows, across).astype(float)
    either = table.sum(axis=1, keepdims=True) + table.sum(axis=0, keepdims=True) - table
    beside: np.ndarray = np.divide(table, either, out=np.zeros_like(table), where=either > 0)
    return beside

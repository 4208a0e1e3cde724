"""Splits the customers of a trial into those who are treated and those who are held back: the same way everywhere."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np


def split_customers(trial: str, customers: Sequence[str], strata: np.ndarray, hold: int) -> np.ndarray:
    """Choose who is held back.

    Within each stratum customers stand in the order of the SHA-256 digest of trial and customer, which nobody can steer
    and every machine computes alike; in that order those who are held back stand as evenly as they can, counted on from
    stratum to stratum. So each stratum holds back its share to within one customer.

    Parameters
    ----------
    trial : str
        The trial's id: another trial splits the same customers otherwise.
    customers : sequence of str
        Their ids, each once, in any order.
    strata : ndarray of int of shape (n_customers,)
        Whom the arms are to be alike in.
    hold : int
        How many to hold back, of all.

    Returns
    -------
    ndarray of bool of shape (n_customers,)
        Whether each is held back.
    """
    digests = [_digest(trial, customer) for customer in customers]
    order = sorted(range(len(customers)), key=lambda n: (int(strata[n]), digests[n]))
    is_held = np.zeros(len(customers), dtype=bool)
    if customers:
        start = int.from_bytes(hashlib.sha256(trial.encode()).digest()[:6]) % len(customers)
        is_held[order] = np.diff((np.arange(len(customers) + 1) * hold + start) // len(customers)) > 0
    return is_held


def _digest(trial: str, customer: str) -> bytes:
    """Digest trial and customer; their lengths keep them apart."""
    key = trial.encode()
    return hashlib.sha256(len(key).to_bytes(8) + key + customer.encode("utf-8", "surrogatepass")).digest()


def halve_by(values: np.ndarray) -> np.ndarray:
    """Part customers at the median: 1 for those above it, 0 for the others.

    Parameters
    ----------
    values : ndarray of shape (n_customers,)
        Such as what each has spent.
    """
    return (values > np.median(values)).astype(np.int64) if len(values) else np.zeros(0, dtype=np.int64)

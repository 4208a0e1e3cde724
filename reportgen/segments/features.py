"""Makes customers comparable: ranks, logarithms or plain values, then standardised."""

from __future__ import annotations

import numpy as np
import pandas as pd

from reportgen.config.options import SegmentOptions
from reportgen.model.customers import Customers
from reportgen.model.segments import Features


def compute_features(customers: Customers, options: SegmentOptions) -> Features:
    """Normalise and standardise the features of all customers.

    ``rank`` replaces each value by its rank (``ties: average`` gives equal values their mean rank, ``first`` ranks
    them by customer id); ``log`` takes ``log(1 + x)``, negative values counting as 0; ``zscore`` takes values as they
    are. Each column is then ``(x - mean) / std`` with ``ddof=1``; a column without spread becomes 0.

    Parameters
    ----------
    customers : Customers
        Sorted by customer id.
    options : SegmentOptions
        `features`, `normalise` and `ties`.

    Returns
    -------
    Features
        Matrix of shape (n_customers, n_features).
    """
    values: pd.DataFrame = customers.frame[list(options.features)].astype(float)
    if options.normalise == "rank":
        values = values.rank(method=options.ties)
    elif options.normalise == "log":
        values = values.clip(lower=0).apply(np.log1p)
    return Features(tuple(options.features), standardise(values))


def standardise(values: pd.DataFrame) -> np.ndarray:
    """Return columns with mean 0 and standard deviation 1 (``ddof=1``); a constant column is 0."""
    centred = values - values.mean()
    spread = values.std(ddof=1).where(lambda s: s > 1e-12 * (1 + values.abs().max()), other=np.inf)
    matrix: np.ndarray = (centred / spread.fillna(np.inf)).to_numpy()
    return matrix

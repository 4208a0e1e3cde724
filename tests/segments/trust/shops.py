"""Made-up shops with and without groups."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from reportgen import columns as c
from reportgen.model.customers import Customers


def make_shop(orders: np.ndarray, values: np.ndarray) -> pd.DataFrame:
    """Make customers of orders and order values; total sales are their product."""
    orders, values = np.maximum(1.0, np.round(orders)), np.maximum(values, 0.01)
    recency = np.random.default_rng(len(orders)).integers(0, 360, len(orders))
    return pd.DataFrame(
        {
            c.CUSTOMER_ID: [f"{number:06}" for number in range(len(orders))],
            c.AMOUNT: (orders * values * c.MONEY_SCALE).round().astype(np.int64),
            c.TOTAL_SALES: orders * values,
            c.ORDER_COUNT: orders,
            c.AVG_ORDER_VALUE: values,
            c.RECENCY_DAYS: recency.astype(float),
        }
    )


def customers_of(frame: pd.DataFrame) -> Customers:
    """Box customers."""
    return Customers(frame, int(frame[c.ORDER_COUNT].sum()))


def make_box(seed: int, size: int = 1_000) -> pd.DataFrame:
    """Make customers spread evenly."""
    random = np.random.default_rng(seed)
    return make_shop(random.uniform(1, 40, size), random.uniform(5, 200, size))


def make_cloud(seed: int, size: int = 1_000) -> pd.DataFrame:
    """Make one normal cloud."""
    random = np.random.default_rng(seed)
    return make_shop(random.normal(20, 5, size), random.normal(100, 20, size))


def make_skewed(seed: int, size: int = 1_000) -> pd.DataFrame:
    """Make a shop whose orders and order values are log-normal."""
    random = np.random.default_rng(seed)
    return make_shop(np.exp(random.normal(1, 0.9, size)), np.exp(random.normal(4, 0.7, size)))


def make_shuffled(seed: int, size: int = 1_000) -> pd.DataFrame:
    """Make customers whose total sales, orders and order values have nothing to do with one another."""
    random, frame = np.random.default_rng(seed), make_skewed(seed, size)
    names = (c.TOTAL_SALES, c.ORDER_COUNT, c.AVG_ORDER_VALUE)
    return frame.assign(**{name: random.permutation(frame[name].to_numpy()) for name in names})


def make_groups(seed: int, middles: Sequence[tuple[float, float]], size: int = 1_000) -> pd.DataFrame:
    """Make groups well apart: middles are logarithms of orders and order value."""
    random = np.random.default_rng(seed)
    places = np.array(middles)[random.integers(0, len(middles), size)]
    return make_shop(*np.exp(places + random.normal(0, 0.18, (size, 2))).T)


def make_two(seed: int) -> pd.DataFrame:
    """Make two groups."""
    return make_groups(seed, [(1, 3.5), (3, 5)])


def make_four_groups(seed: int) -> pd.DataFrame:
    """Make four groups: each of two habits with each of two others."""
    return make_groups(seed, [(1, 3.5), (3, 3.5), (1, 5.5), (3, 5.5)])

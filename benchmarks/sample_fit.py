"""What k-means loses by beginning on a sample: held against starts on all customers, for each number of segments.

python benchmarks/sample_fit.py --customers 1_000_000
"""

from __future__ import annotations

import argparse
import time

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from reportgen.model.segments import Features
from reportgen.segments.clusters import N_INIT, SAMPLE, fit_by_sample, fit_many, fit_weighted


def make_customers(count: int, normalise: str) -> Features:
    """Make customers as shops have them: orders by a negative binomial, their value by a log-normal distribution."""
    random = np.random.default_rng(5)
    orders = 1 + random.negative_binomial(0.6, 0.15, count)
    value = np.exp(random.normal(3.5, 0.8, count))
    frame = pd.DataFrame({"total_sales": orders * value, "order_count": orders, "avg_order_value": value})
    frame = frame.rank() if normalise == "rank" else np.log1p(frame)
    return Features(tuple(frame.columns), ((frame - frame.mean()) / frame.std(ddof=1)).to_numpy())


def main() -> None:
    """Fit both ways and print what differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parsed = parser.parse_args()
    for normalise in ("rank", "log"):
        features = make_customers(parsed.customers, normalise)
        spent = [0.0, 0.0]
        for k in range(2, 11):
            begun = time.process_time()
            with fit_many(), threadpool_limits(1):
                whole = fit_weighted(features.matrix, None, k, N_INIT, 0)
            middle = time.process_time()
            sampled = fit_by_sample(features, k, 0, SAMPLE)
            spent = [spent[0] + middle - begun, spent[1] + time.process_time() - middle]
            same = pd.crosstab(whole.labels, sampled.labels).max(axis=1).sum() / parsed.customers
            ratio = sampled.inertia / whole.inertia - 1
            print(f"{normalise} {k:>2} segments: inertia {ratio:+.4%}, in the same segment {same:.1%}", flush=True)
        print(f"{normalise}: {spent[0]:.1f} s of CPU with starts on all, {spent[1]:.1f} s with starts on {SAMPLE:,}")


if __name__ == "__main__":
    main()

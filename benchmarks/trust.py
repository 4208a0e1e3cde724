"""Tries the verdict on shops that are known to have groups or none, and what it costs with many customers.

    python benchmarks/trust.py                                                    # twenty shops of each kind
    python benchmarks/trust.py --like customers.parquet --customers 1000000       # shops like a real one, and the cost

A shop without groups may never be called natural; one of groups well apart always is, with as many as it has.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from time import process_time

import numpy as np
import pandas as pd

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from reportgen import columns as c  # noqa: E402 - as below
from reportgen.config.options import SegmentOptions  # noqa: E402
from reportgen.config.values import ClusterRange  # noqa: E402
from reportgen.model.customers import Customers  # noqa: E402
from reportgen.segments.choice import choose_n_clusters  # noqa: E402
from reportgen.segments.clusters import number_segments  # noqa: E402
from reportgen.segments.features import fit_scaler, scale_customers  # noqa: E402
from reportgen.segments.trust.assess import Assessment, Division, assess  # noqa: E402
from tests.segments.trust import shops  # noqa: E402

Make = Callable[[int], pd.DataFrame]
KINDS: Mapping[str, tuple[Make, int, int | None]] = {
    "a uniform box": (shops.make_box, 4, None),
    "one normal cloud": (shops.make_cloud, 4, None),
    "a log-normal shop": (shops.make_skewed, 4, None),
    "shuffled columns": (shops.make_shuffled, 4, None),
    "two groups": (shops.make_two, 2, 2),
    "four groups": (shops.make_four_groups, 2, 4),
}
"""What makes a shop, the least number of segments tried, and how many groups there are; None: none."""


def judge(frame: pd.DataFrame, first: int, draws: int) -> tuple[Assessment, float, float]:
    """Divide and assess customers; return the CPU seconds of either too."""
    begun = process_time()
    options = SegmentOptions(n_clusters=ClusterRange(first, 8))
    customers = Customers(frame, int(frame[c.ORDER_COUNT].sum()))
    features = scale_customers(customers, fit_scaler(customers, options))
    choice, fits = choose_n_clusters(features, options)
    labels = number_segments(features, fits[choice.n_clusters].labels, frame[c.TOTAL_SALES].to_numpy()).labels - 1
    divided = process_time()
    assessment = assess(Division(customers, features, labels, choice, fits), options, draws)
    return assessment, divided - begun, process_time() - divided


def resemble(frame: pd.DataFrame) -> Mapping[str, tuple[Make, int, int | None]]:
    """Make shops of a real one's orders and order values: joined by a Gaussian copula, and with columns shuffled."""

    def copula(seed: int) -> pd.DataFrame:
        random = np.random.default_rng(seed)
        spearman = frame[c.ORDER_COUNT].corr(frame[c.AVG_ORDER_VALUE], method="spearman")
        pearson = 2 * np.sin(np.pi * spearman / 6)
        normal = random.multivariate_normal([0, 0], [[1, pearson], [pearson, 1]], len(frame))
        places = normal.argsort(axis=0).argsort(axis=0)
        orders, values = (np.sort(frame[name].to_numpy()) for name in (c.ORDER_COUNT, c.AVG_ORDER_VALUE))
        return shops.make_shop(orders[places[:, 0]], values[places[:, 1]])

    def shuffled(seed: int) -> pd.DataFrame:
        random = np.random.default_rng(seed)
        names = (c.TOTAL_SALES, c.ORDER_COUNT, c.AVG_ORDER_VALUE)
        return frame.assign(**{name: random.permutation(frame[name].to_numpy()) for name in names})

    return {"a copula of the real shop": (copula, 4, None), "its columns shuffled": (shuffled, 4, None)}


def try_kinds(kinds: Mapping[str, tuple[Make, int, int | None]], seeds: int) -> bool:
    """Print the verdicts on each kind of shop; return whether all are as they must be."""
    is_right = True
    for name, (make, first, groups) in kinds.items():
        found = [judge(make(seed), first, 100) for seed in range(seeds)]
        verdicts = Counter(assessment.verdict.kind for assessment, _, _ in found)
        numbers = Counter(len(assessment.stability) for assessment, _, _ in found)
        right = verdicts["natural"] == (0 if groups is None else seeds)
        right = right and (groups is None or numbers[groups] == seeds)
        is_right = is_right and right
        seconds = np.median([spent for _, _, spent in found])
        told = ", ".join(f"{count} {kind}" for kind, count in verdicts.items())
        print(f"{name:>26} {told}; segments {dict(numbers)}; {seconds:.2f} s{'' if right else '   WRONG'}", flush=True)
    return is_right


def main() -> None:
    """Try the kinds of shops, and what many customers cost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--like", type=Path, help="Parquet or CSV with order_count, avg_order_value and total_sales")
    parser.add_argument("--customers", type=int, nargs="*", default=[])
    parsed = parser.parse_args()
    kinds = dict(KINDS)
    if parsed.like is not None:
        frame = (pd.read_parquet if parsed.like.suffix == ".parquet" else pd.read_csv)(parsed.like)
        kinds |= resemble(
            shops.make_shop(*(frame[name].to_numpy(float) for name in (c.ORDER_COUNT, c.AVG_ORDER_VALUE)))
        )
    is_right = try_kinds(kinds, parsed.seeds)
    for size in parsed.customers:
        _, divided, assessed = judge(shops.make_skewed(0, size), 4, 100)
        print(f"{size:>9,} customers: divided in {divided:.1f} s of CPU, assessed in {assessed:.1f} s")
    sys.exit(0 if is_right else 1)


if __name__ == "__main__":
    main()

"""First products: small groups are pulled to the mean of all, and chance does not pass for a difference."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests

from reportgen.returning.first_products import bind_first_products, choose_listed, judge_first_products

EVERYONE = pd.Series({"customers": 1000, "came_back": 400, "next_sales": 500_000_000})


def _table(rows: dict[str, tuple[int, int]]) -> pd.DataFrame:
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=["customers", "came_back"])
    return frame.assign(next_sales=frame["customers"] * 50_000)


def test_a_product_that_differs_is_told_and_one_that_may_not_is_not() -> None:
    """80 of 100 against 400 of 1,000 is no chance, 45 of 100 is; nineteen buyers are not looked at."""
    found = judge_first_products(_table({"A": (100, 80), "B": (100, 45), "C": (19, 19), "D": (150, 20)}), EVERYONE)
    assert found["differs"].to_dict() == {"A": "more", "B": None, "D": "less"}


def test_verdicts_are_those_of_scipy_and_statsmodels() -> None:
    """The doubled exact tail of Fisher's test, and the choice among many of Benjamini and Hochberg."""
    rng = np.random.default_rng(7)
    counts = rng.integers(20, 200, 60)
    back = rng.binomial(counts, np.where(np.arange(60) < 12, 0.6, 0.4))
    found = judge_first_products(
        _table({f"P{n:02}": (int(a), int(b)) for n, (a, b) in enumerate(zip(counts, back, strict=True))}), EVERYONE
    )
    tails = []
    for all_, part in zip(counts, back, strict=True):
        table = [[part, all_ - part], [400 - part, 600 - all_ + part]]
        tails.append(
            min(1, 2 * min(stats.fisher_exact(table, alternative=side).pvalue for side in ("less", "greater")))
        )
    told = multipletests(tails, alpha=0.05, method="fdr_bh")[0]
    assert (found["differs"].notna().to_numpy() == told).all()
    assert 0 < told.sum() < 60


def test_few_are_pulled_further_than_many() -> None:
    """Of two products with the same share the smaller one ends nearer to all, and both lie between it and their own."""
    found = judge_first_products(_table({"A": (400, 280), "B": (25, 17), "C": (200, 60), "D": (300, 90)}), EVERYONE)
    a, b = found.loc["A", "pulled"], found.loc["B", "pulled"]
    assert 0.4 < b < a < 0.7
    assert (found["low"] < found["pulled"]).all()
    assert (found["pulled"] < found["high"]).all()


def test_products_that_do_not_differ_are_all_pulled_to_the_mean() -> None:
    """With shares closer together than chance would have them everybody is expected to do as all do."""
    found = judge_first_products(_table(dict.fromkeys("ABCDE", (50, 20))), EVERYONE)
    assert found["pulled"].tolist() == pytest.approx([0.4] * 5, abs=1e-6)
    assert found["differs"].isna().all()


def test_false_discoveries_are_rare() -> None:
    """In 200 shops in which no product differs, at most one in ten tells any."""
    rng = np.random.default_rng(8)
    told = 0.0
    for _ in range(200):
        counts = rng.integers(20, 300, 40)
        back = [int(rng.hypergeometric(400, 600, n)) for n in counts]
        rows = {f"P{n}": (int(a), b) for n, (a, b) in enumerate(zip(counts, back, strict=True))}
        told += float(judge_first_products(_table(rows), EVERYONE)["differs"].notna().any())
    assert told <= 20


def test_those_that_differ_are_listed_however_few_bought_them() -> None:
    """Eight are listed, the rare one that differs among them, by how many began with them."""
    rows = {f"P{n}": (200 - n, 80) for n in range(12)} | {"rare": (30, 29)}
    listed = choose_listed(judge_first_products(_table(rows), EVERYONE))
    assert listed["product"].tolist() == [f"P{n}" for n in range(7)] + ["rare"]


def test_what_is_bound() -> None:
    """Money comes back as a mean in currency units; a product without a name is told by its code alone."""
    listed = choose_listed(judge_first_products(_table({"A": (40, 16), "B": (20, 8)}), EVERYONE))
    found = bind_first_products(listed, 2, EVERYONE, {"A": "Cup", "B": "B"})
    assert (found.customers, found.came_back, found.next_sales, found.tested, found.share) == (1000, 400, 50.0, 2, 0.4)
    assert [(one.product_id, one.product_name, one.next_sales) for one in found.products] == [
        ("A", "Cup", 5.0),
        (None, "B", 5.0),
    ]


def test_without_a_frequent_product_nothing_is_judged() -> None:
    """None was bought first by twenty customers."""
    judged = judge_first_products(_table({"A": (3, 1)}), EVERYONE)
    assert judged.empty
    assert bind_first_products(choose_listed(judged), 0, EVERYONE, {}).products == ()

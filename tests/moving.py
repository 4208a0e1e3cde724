"""Shops whose customers move as a test plans it: order lines month by month, and a config for them."""

from __future__ import annotations

import csv
import json
from calendar import monthrange
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np

CONFIG = """\
report: {{id: moving}}
source: {{path: lines.csv}}
columns: {{order_id: order, customer_id: customer, ordered_at: date, quantity: quantity, unit_price: price,
  product_id: null, product_name: null{columns}}}
window: {window}
segments: {{n_clusters: {k}, min_customers: 10}}
outputs: []
trust: {{draws: 0}}
{more}"""

Orders = Iterable[tuple[str, int, float]]
"""Customer, how many orders, value of each."""
MONTHS = tuple(f"2025-{month:02}" for month in range(1, 13))


def write_months(
    path: Path,
    months: Iterable[str],
    plan: Callable[[str], Orders],
    *,
    window: str = "1 months",
    k: str = "2",
    more: str = "",
    late: Iterable[tuple[str, str, str, int, float]] = (),
) -> Path:
    """Write the order lines of some months and a config; `late` are further lines: order, customer, day, units, price."""
    path.mkdir(parents=True, exist_ok=True)
    with (path / "lines.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["order", "customer", "date", "quantity", "price"])
        for month in months:
            for customer, orders, value in plan(month):
                for n in range(orders):
                    day = 1 + (n * 7 + len(customer) * 3 + int(customer[1:]) % 5) % 28
                    writer.writerow(
                        [f"{month}-{customer}-{n}", customer, f"{month}-{day:02} 10:00", "1", f"{value:.2f}"]
                    )
            last = monthrange(int(month[:4]), int(month[5:]))[1]
            writer.writerow([f"{month}-end", "", f"{month}-{last} 23:00", "1", "1.00"])
        for order, customer, at, units, price in late:
            writer.writerow([order, customer, at, units, f"{price:.2f}"])
    config = path / "moving.yaml"
    config.write_text(CONFIG.format(window=window, k=k, more=more, columns=""), encoding="utf-8")
    return config


def crossing(month: str) -> Orders:
    """Plan two groups that cross: `p` (often, small) grows in number and value, `q` (rarely, big) shrinks in both.

    In each month after January five customers of `q` become like `p`.
    """
    n = MONTHS.index(month)
    random = np.random.default_rng(n)
    for one in range(120):
        is_often = one < 30 + 5 * n
        value = (8 + 3 * n) if is_often else (200 - 13 * n)
        yield f"c{one:03}", 5 if is_often else 1, round(value * random.uniform(0.95, 1.05), 2)


def steady(seed: int, *, collapse_in: str = "") -> Callable[[str], Orders]:
    """Plan a store in which nothing happens, until nine in ten of its best customers stop to order."""
    rates = ((4.0, 60.0), (3.5, 12.0), (0.7, 70.0), (0.6, 11.0))

    def plan(month: str) -> Orders:
        random = np.random.default_rng((seed, int(month.replace("-", ""))))
        for place, (often, value) in enumerate(rates):
            for one in range(90):
                orders = int(random.poisson(often))
                if collapse_in and month >= collapse_in and place == 0 and one % 10:
                    orders = 0
                if orders:
                    yield f"c{place}{one:02}", orders, round(value * random.lognormal(0, 0.3), 2)

    return plan


def change_of(path: str | Path) -> dict[str, Any]:
    """Read what a run says has changed."""
    facts: dict[str, Any] = json.loads((Path(path) / "facts.json").read_text(encoding="utf-8"))
    change: dict[str, Any] = facts["change"]
    return change


def change_words_of(path: str | Path) -> dict[str, Any]:
    """Read what a run says of the change, in words."""
    facts: dict[str, Any] = json.loads((Path(path) / "facts.json").read_text(encoding="utf-8"))
    words: dict[str, Any] = facts["words"]["change"]
    return words


def cell(change: dict[str, Any], origin: str, target: str) -> int:
    """Return the customers of one cell of the migration table, by the names of its row and column."""
    migration = change["migration"]
    rows = [name_of(one) for one in migration["origins"]]
    columns = [name_of(one) for one in migration["targets"]]
    return sum(
        one["customers"]
        for one in migration["moves"]
        if (rows[one["origin"]], columns[one["target"]]) == (origin, target)
    )


def name_of(one: dict[str, Any]) -> str:
    """Return the name of a segment, or of those outside all segments, as facts.json has it."""
    name: str = one["kind"] if one.get("identity") is None else one["identity"]["name"]
    return name

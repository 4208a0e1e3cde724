"""Counts false alarms: stores in which nothing happens, month after month, and how many reports flag an unusual move.

    python benchmarks/alarms.py --stores 10 --months 24

Customers of four groups order at random, always at the same rates. The real command makes every report; at most one in
fifty of those that have history enough may flag anything. Then the best group of every store collapses, which must be
flagged in the same month.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from reportgen.months import add_months, last_day, list_months_between

CONFIG = """\
report: {id: steady}
source: {path: lines.csv}
columns: {order_id: order, customer_id: customer, ordered_at: date, quantity: units, unit_price: price,
  product_id: null, product_name: null}
window: 6 months
stores: {by: store, chain: false}
outputs: []
"""
GROUPS = ((1.6, 60.0), (1.5, 12.0), (0.35, 70.0), (0.3, 11.0))
"""Orders of a customer in a month, and the usual value of one."""
SIZE = 100


def write_lines(path: Path, stores: int, months: list[str]) -> None:
    """Write the stores' order lines; in the last month nine in ten of each store's best group stop."""
    random = np.random.default_rng(7)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["store", "order", "customer", "date", "units", "price"])
        for store in range(stores):
            for month in months:
                days = last_day(month).day
                for group, (rate, value) in enumerate(GROUPS):
                    for one in range(SIZE):
                        orders = int(random.poisson(rate))
                        if month == months[-1] and group == 0 and one % 10:
                            orders = 0
                        for n in range(orders):
                            day = int(random.integers(1, days + 1))
                            price = f"{value * random.lognormal(0, 0.4):.2f}"
                            order = f"{month}-{group}-{one}-{n}"
                            writer.writerow(
                                [f"S{store:02}", order, f"{group}-{one}", f"{month}-{day:02} 10:00", 1, price]
                            )
                writer.writerow([f"S{store:02}", f"{month}-end", "", f"{month}-{days} 20:00", 1, "1.00"])


def main() -> None:
    """Make the reports and count."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stores", type=int, default=10)
    parser.add_argument("--months", type=int, default=24)
    parser.add_argument("--model", default="refit", choices=("refit", "frozen", "auto"))
    parsed = parser.parse_args()
    months = [add_months("2020-07", n) for n in range(parsed.months + 1)]
    before = list_months_between("2020-01", "2020-06")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_lines(folder / "lines.csv", parsed.stores, before + months)
        (folder / "steady.yaml").write_text(CONFIG, encoding="utf-8")
        words = [sys.executable, "-m", "reportgen", "run", str(folder / "steady.yaml"), "--json"]
        words += ["--period", f"{months[0]}..{months[-1]}", "--output", str(folder / "out")]
        words += ["--set", f"segments.model={parsed.model}"]
        done = subprocess.run(words, capture_output=True, text=True, check=True)
        runs = json.loads(done.stdout)["runs"]
        ready = flagged = collapses = 0
        for run in runs:
            facts = json.loads((Path(run["path"]) / "facts.json").read_text(encoding="utf-8"))
            change = facts["change"]
            if run["period"] == months[-1]:
                collapses += bool(change["anomalies"])
            elif change["tested"]:
                ready += 1
                flagged += bool(change["anomalies"])
    print(f"model {parsed.model}: {flagged} of {ready} reports of {parsed.stores} stores flag something by chance")
    print(f"{collapses} of {parsed.stores} collapses are flagged in their month")


if __name__ == "__main__":
    main()

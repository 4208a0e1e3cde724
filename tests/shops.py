"""Small shops with many stores, and what their runs left."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

UNTRIED = "trust: {draws: 0}\n"
"""A config line: how far segments can be trusted takes longer to try than the rest, and has tests of its own."""


def contents(folder: Path) -> dict[str, bytes | str]:
    """Return every file of an archive but those that keep the time, and the id that no other archive has."""
    found: dict[str, bytes | str] = {}
    for path in folder.rglob("*"):
        name = str(path.relative_to(folder))
        if path.is_symlink():
            found[name] = str(path.readlink())
        elif path.is_file() and path.name not in ("made.json", "archive.json"):
            found[name] = path.read_bytes()
    return found


def ends(found: list[dict[str, Any]]) -> dict[tuple[str, str], str]:
    """Return how each run ended, by store and month."""
    return {("chain" if one["kind"] == "chain" else one["store"], one["period"]): one["status"] for one in found}


def facts_of(run: dict[str, Any]) -> dict[str, Any]:
    """Read a run's facts."""
    facts: dict[str, Any] = json.loads((Path(run["path"]) / "facts.json").read_text(encoding="utf-8"))
    return facts


def write_shop(path: Path, stores: list[str], *, customers: int = 12, also: str = "") -> Path:
    """Write a shop in which every customer of every store orders twice in January, and its config."""
    with (path / "lines.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["order", "customer", "date", "code", "name", "quantity", "price", "branch"])
        for number, store in enumerate(stores):
            for n in range(customers):
                for order in range(2):
                    day = f"2026-01-{1 + (n * 3 + order) % 28:02} 10:00"
                    row = [
                        f"{number}-{n}-{order}",
                        f"c{n}",
                        day,
                        "P",
                        "Tea",
                        1 + n % 3,
                        f"{5 + n * (1 + number % 4)}.50",
                    ]
                    writer.writerow([*row, store])
        writer.writerow(["last", "zz", "2026-01-31 10:00", "P", "Tea", 1, "1.00", stores[0]])
    config = path / "shop.yaml"
    config.write_text(
        "source: {path: lines.csv}\n"
        "columns: {order_id: order, customer_id: customer, ordered_at: date, quantity: quantity, unit_price: price,"
        f" product_id: code, product_name: name}}\n{UNTRIED}stores: {{by: branch, min_customers: 5{also}}}\n",
        encoding="utf-8",
    )
    return config

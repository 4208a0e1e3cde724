"""Whether Spark can be started here, and a shop that has a bit of everything."""

from __future__ import annotations

import csv
import json
import os
import random
import shutil
from pathlib import Path

import pytest

STORES = 200
JAVA = {"JAVA_TOOL_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"}
SMALL = {
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.shuffle.partitions": "1",
}
"""Settings, and an environment, with which a few lines take half of the processor's time: nothing runs long enough to be compiled well."""
CONFIG = """
source: {path: lines.csv}
columns: {order_id: order, customer_id: customer, ordered_at: date, quantity: quantity, unit_price: price,
  product_id: code, product_name: name, store: store}
cleansing: {cancelled_prefix: C, returns: RETURNS, zero_price: drop, duplicates: drop, discounts: ["D*"],
  not_products: [POST], alike_customers: merge, leave_out_customers: [till]}
segments: {clusters_from: 2}
trust: {draws: 0}
outputs: []
"""


def skip_without_spark() -> None:
    """Skip a test where PySpark or Java is missing."""
    pytest.importorskip("pyspark", reason="needs the extra spark")
    if shutil.which("java") is None:
        pytest.skip("needs Java (Debian: apt-get install default-jre-headless)")
    os.environ.update(JAVA)


def write_random_shops(folder: Path, seed: int, *, returns: str) -> Path:
    """Write made-up lines of many shops, with everything that lines can have against them, and a config for them."""
    rng = random.Random(seed)
    with (folder / "lines.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["order", "customer", "date", "quantity", "price", "code", "name", "store"])
        for store in range(STORES):
            _write_shop(writer, rng, f"S{store:03}" if store else "", most=25 if store > 3 else 150)
    config = folder / "shops.yaml"
    config.write_text(CONFIG.replace("RETURNS", returns), encoding="utf-8")
    return config


def _write_shop(writer: object, rng: random.Random, store: str, *, most: int) -> None:
    customers = [f"{store}-{n:0{rng.choice([1, 3])}}" for n in range(rng.randint(most // 2, most))] + ["", "till"]
    products = [
        (f"P{n}", rng.choice(["Tea", "Café crème", "紅茶", 'Tea, "green"', ""])) for n in range(rng.randint(1, 9))
    ]
    products += [("POST", "Postage"), ("D10", "Voucher")]
    for order in range(rng.randint(1, 2 * most)):
        customer = rng.choice(customers)
        number = f"{rng.choice(['', '', '', 'C'])}{store}-{order}"
        day = f"2026-{rng.randint(1, 3):02}-{rng.randint(1, 28):02} {rng.randint(0, 23):02}:{rng.choice(['00', '30:59', '15:00.25'])}"
        for _ in range(rng.randint(1, 5)):
            code, name = rng.choice(products)
            quantity = rng.choice([1, 1, 2, 3, 12, 0.5, 0, -1, -2])
            price = (
                rng.choice(["1.99", "2.50", "10.0001", "999999.99", "0", "-3.00", "x"]) if code != "D10" else "-5.00"
            )
            row = [number, customer, rng.choice([day] * 30 + ["", "n/a"]), quantity, price, code, name, store]
            for _ in range(rng.choice([1] * 9 + [2])):
                writer.writerow(row)  # type: ignore[attr-defined]


def on_spark(**where: str) -> tuple[str, str]:
    """Return the options that compute on a small Spark."""
    return ("--set", f"engine={json.dumps({'spark': {**where, 'settings': SMALL}})}")

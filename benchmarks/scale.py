"""How a report grows with its lines and customers, on the embedded engine and on Spark: one row of docs/scale.md.

python benchmarks/scale.py --lines 50_000_000 --customers 1_000_000
python benchmarks/scale.py --lines 5_000_000 --customers 50_000 --spark 'local[2]'
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import duckdb

CONFIG = """
source: {{path: "{lines}"}}
columns: {{order_id: order_no, customer_id: customer, ordered_at: ordered_at, quantity: quantity,
  unit_price: unit_price, product_id: product, product_name: name}}
window: 12 months
period: 2025-12
segments: {{n_clusters: 4..8}}
"""
LINES = """
SELECT 'O' || (n // 3) AS order_no,
  'C' || CAST(floor({customers} * pow((hash(n // 3) % 1000003) / 1000003.0, 2)) AS BIGINT)
    AS customer,  -- half of the orders are those of a quarter of the customers
  TIMESTAMP '2024-01-01' + to_seconds(CAST((n // 3) * (731.0 * 86400 / ({lines} // 3 + 1)) AS BIGINT)) AS ordered_at,
  1 + hash(n) % 4 AS quantity,
  CAST(1 + hash(n % 5000) % 5000 / 100.0 AS DECIMAL(10, 2)) AS unit_price,
  'P' || (hash(n, 7) % 5000) AS product, 'Product ' || (hash(n, 7) % 5000) AS name
FROM range({lines}) AS made(n)
"""


def make_lines(path: Path, lines: int, customers: int) -> None:
    """Make order lines of two years."""
    with duckdb.connect() as connection:
        connection.execute(f"COPY ({LINES.format(lines=lines, customers=customers)}) TO '{path}' (FORMAT parquet)")


@contextmanager
def watched(folder: Path) -> Iterator[list[int]]:
    """Give a list whose last entry is the most bytes that a folder has held at a time."""
    most, is_over = [0], threading.Event()

    def look() -> None:
        while not is_over.wait(0.5):
            sizes = []
            for path in folder.rglob("*"):
                try:
                    sizes.append(path.stat().st_size if path.is_file() else 0)
                except OSError:
                    continue  # it has just been removed
            most[0] = max(most[0], sum(sizes))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield most
    finally:
        is_over.set()
        thread.join()


def measure(config: Path, folder: Path, options: list[str]) -> dict[str, object]:
    """Run the real command; return how it went."""
    temp = folder / "tmp"
    temp.mkdir()
    environment = {**os.environ, "REPORTGEN_CACHE": "off", "TMPDIR": str(temp)}
    words = [sys.executable, "-m", "reportgen", "run", str(config), "--output", str(folder / "out"), "--json", *options]
    begun = time.perf_counter()
    told, errors = folder / "told", folder / "errors"
    with watched(temp) as spilled, told.open("wb") as out, errors.open("wb") as err:
        process = subprocess.Popen(words, stdout=out, stderr=err, env=environment)
        _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begun
    if status:
        raise SystemExit(errors.read_text())
    (run,) = json.loads(told.read_text())["runs"]
    beside = {f"{name} (beside)": spent for name, spent in run["beside"].items()}
    stages = sorted({**run["seconds"], **beside}.items(), key=lambda one: -one[1])
    return {
        "wall s": round(seconds, 1),
        "CPU s, this process": round(used.ru_utime + used.ru_stime, 1),
        "peak MB, this process": used.ru_maxrss // 1024,
        "temporary files at most, MB": spilled[0] // 1_000_000,
        "stages s": dict(stages[:6]),
    }


def main() -> None:
    """Make the lines, run, and print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=5_000_000)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--spark", metavar="MASTER", help="on Spark instead of the embedded engine")
    parser.add_argument("--set", metavar="KEY=VALUE", action="append", default=[])
    parser.add_argument("--folder", type=Path, help="where lines are kept for a further run")
    parsed = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=parsed.folder) as name:
        folder = Path(name)
        lines = (parsed.folder or folder) / f"lines-{parsed.lines}-{parsed.customers}.parquet"
        if not lines.exists():
            make_lines(lines, parsed.lines, parsed.customers)
        config = folder / "scale.yaml"
        config.write_text(CONFIG.format(lines=lines), encoding="utf-8")
        options = [word for one in parsed.set for word in ("--set", one)]
        if parsed.spark:
            options += ["--set", f'engine={{spark: {{master: "{parsed.spark}"}}}}']
        row = measure(config, folder, options)
    versions = {name: version(name) for name in ("duckdb", "narwhals", "pandas", "scikit-learn")}
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, {versions}"
    print(json.dumps({"lines": parsed.lines, "customers": parsed.customers, **row, "machine": machine}, indent=1))


if __name__ == "__main__":
    main()

"""Measures one full run by stage, its ratio to the floor, and how its cost grows with the lines.

    python benchmarks/measure.py ../shared/data/online_retail.csv.gz            # run against the floor
    python benchmarks/measure.py ../shared/data/online_retail.csv.gz --grow 10  # and ten times the lines

Machines are shared and noisy: runs and floors take turns, and only the ratio of their medians counts.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import duckdb

HERE = Path(__file__).parent
CONFIG = HERE.parent / "configs" / "online_retail.yaml"


def run(command: list[str]) -> tuple[float, float, str]:
    """Run a command; return its wall time in seconds, its peak memory in MB, and its output."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    begun = perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout is not None  # noqa: S101 - a pipe was asked for
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(command)} failed")
    return seconds, usage.ru_maxrss / 1024, output


def report_command(source: Path, folder: str) -> list[str]:
    """Return the command of a full run."""
    command = [sys.executable, "-m", "reportgen", "run", str(CONFIG), "--source", str(source)]
    return [*command, "--output", folder, "--json"]


def multiply(source: Path, times: int, folder: Path) -> Path:
    """Write the lines several times over, each copy with customers and orders of its own."""
    target = folder / f"times-{times}.csv"
    duckdb.connect().execute(
        "COPY (SELECT n || '-' || InvoiceNo AS InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice,"
        " CASE WHEN CustomerID <> '' THEN n || '-' || CustomerID END AS CustomerID, Country"
        " FROM read_csv(?, all_varchar=true), range(1, ? + 1) AS copies(n)) TO '" + str(target) + "' (HEADER)",
        [str(source), times],
    )
    return target


def measure(source: Path, rounds: int, folder: str) -> None:
    """Let runs and floors take turns, and print their medians."""
    runs, floors, memory, stages = [], [], [], []
    for _ in range(rounds):
        floors.append(run([sys.executable, str(HERE / "floor.py"), str(source)])[0])
        seconds, peak, output = run(report_command(source, folder))
        runs.append(seconds)
        memory.append(peak)
        stages.append(json.loads(output)["runs"][0]["seconds"])
    full, floor = statistics.median(runs), statistics.median(floors)
    for stage in stages[0]:
        print(f"{stage:>12} {statistics.median(each[stage] for each in stages):7.2f} s")
    print(f"{'full run':>12} {full:7.2f} s, peak {max(memory):.0f} MB")
    print(f"{'floor':>12} {floor:7.2f} s")
    print(f"{'ratio':>12} {full / floor:7.2f}")


def main() -> None:
    """Measure as the command line asks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--grow", type=int, default=0, metavar="TIMES", help="also run on so many times the lines")
    parsed = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        run([sys.executable, str(HERE / "floor.py"), str(parsed.source)])  # warm the disk cache
        measure(parsed.source, parsed.rounds, name)
        if parsed.grow:
            plain = multiply(parsed.source, 1, Path(name))
            large = multiply(parsed.source, parsed.grow, Path(name))
            (one, _, first), (many, peak, last) = (run(report_command(path, name)) for path in (plain, large))
            grown = f"{many:.2f} s against {one:.2f} s, {many / one:.1f} times; {peak:.0f} MB"
            print(f"\n{parsed.grow} times the lines: {grown}")
            for stage, seconds in json.loads(last)["runs"][0]["seconds"].items():
                print(f"{stage:>12} {json.loads(first)['runs'][0]['seconds'][stage]:7.2f} s {seconds:7.2f} s")


if __name__ == "__main__":
    main()

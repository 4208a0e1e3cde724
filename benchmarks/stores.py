"""Measures what each further store costs: a month of all stores against the largest alone, as a ratio.

    python benchmarks/stores.py ../shared/data/online_retail.csv.gz

The two take turns, and only the ratio of their medians counts: machines are shared and noisy.
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

CONFIG = Path(__file__).parent.parent / "configs" / "online_retail_countries.yaml"
LARGEST = "United Kingdom"


def run(source: str, place: Path, *more: str) -> tuple[float, list[dict[str, str]]]:
    """Make November of the stores in a new archive; return the seconds and how each run ended."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["REPORTGEN_CACHE"] = "off"
    words = [
        sys.executable,
        "-m",
        "reportgen",
        "run",
        str(CONFIG),
        "--source",
        source,
        "--output",
        str(place),
        "--json",
    ]
    begun = perf_counter()
    done = subprocess.run([*words, *more], capture_output=True, text=True, env=environment, check=True)
    return perf_counter() - begun, json.loads(done.stdout)["runs"]


def main() -> None:
    """Take turns and print medians."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source")
    parser.add_argument("--turns", type=int, default=3)
    parsed = parser.parse_args()
    alone, every, again = [], [], []
    ends: list[dict[str, str]] = []
    for turn in range(parsed.turns):
        with tempfile.TemporaryDirectory() as name:
            alone.append(run(parsed.source, Path(name) / "one", "--store", LARGEST)[0])
            seconds, ends = run(parsed.source, Path(name) / "all")
            every.append(seconds)
            again.append(run(parsed.source, Path(name) / "all")[0])
        print(f"turn {turn + 1}: {LARGEST} {alone[-1]:.1f} s, all {every[-1]:.1f} s, all again {again[-1]:.1f} s")
    one, all_stores, rerun = (statistics.median(times) for times in (alone, every, again))
    counted = {status: sum(end["status"] == status for end in ends) for status in ("done", "held")}
    more = len(ends) - 1
    print(f"{LARGEST} alone {one:.1f} s; all {all_stores:.1f} s ({counted['done']} made, {counted['held']} held)")
    further = (all_stores - one) / more
    print(f"ratio {all_stores / one:.2f}; each of {more} further runs {further:.2f} s; rerun {rerun:.1f} s")


if __name__ == "__main__":
    main()

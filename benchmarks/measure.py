"""Measures full runs: against the floor and the notebook, by stage and process, and how their cost grows.

    python benchmarks/measure.py ../shared/data/online_retail.csv.gz                        # against the floor
    python benchmarks/measure.py ... --notebook /path/to/python                             # and against the notebook
    python benchmarks/measure.py ... --grow 10 93                                           # with more lines
    python benchmarks/measure.py ... --further                                              # further months and stores

The notebook is `peer_notebook.py`, run by an interpreter that has nbconvert. Machines are shared and noisy: what is
compared takes turns, and only the ratio of medians counts. What a run keeps of its lines is left out, but where a
line says that it is not.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import count
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from typing import Any

import duckdb

HERE = Path(__file__).parent
CONFIGS = HERE.parent / "configs"
CONFIG = CONFIGS / "online_retail.yaml"
COUNTRIES = CONFIGS / "online_retail_countries.yaml"
_numbers = count()


@dataclass(frozen=True)
class Used:
    """What a command used: wall and CPU seconds, those of its processes included, and the most memory of one, in MB."""

    wall: float
    cpu: float
    peak: float


def run(command: Sequence[str], **more: str) -> Used:
    """Run a command to its end."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment = {**environment, "REPORTGEN_CACHE": "off", **more}
    begun = perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(command)} failed with code {process.returncode}")
    return Used(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def report(source: Path, folder: Path, *more: str, config: Path = CONFIG, **environment: str) -> Used:
    """Make reports in a new archive."""
    output = str(folder / f"output-{next(_numbers)}")
    words = [sys.executable, "-m", "reportgen", "run", str(config), "--source", str(source), "--output", output]
    return run([*words, "--quiet", *more], **environment)


def multiply(source: Path, times: int, folder: Path) -> Path:
    """Write the lines several times over, each copy with customers and orders of its own.

    Another process does it: what a process starts begins with the memory that it had itself.
    """
    target = folder / f"times-{times}.csv"
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        pool.submit(_write_copies, source, times, target).result()
    return target


def _write_copies(source: Path, times: int, target: Path) -> None:
    duckdb.connect().execute(
        "COPY (SELECT n || '-' || InvoiceNo AS InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice,"
        " CASE WHEN CustomerID <> '' THEN n || '-' || CustomerID END AS CustomerID, Country"
        " FROM read_csv(?, all_varchar=true), range(1, ? + 1) AS copies(n)) TO '" + str(target) + "' (HEADER)",
        [str(source), times],
    )


def median(used: Sequence[Used]) -> Used:
    """Return the medians of wall and CPU, and the largest peak."""
    return Used(
        statistics.median(each.wall for each in used),
        statistics.median(each.cpu for each in used),
        max(each.peak for each in used),
    )


def show(name: str, used: Used, more: str = "") -> None:
    """Print a line of a table."""
    print(f"{name:>34} {used.wall:8.2f} s wall {used.cpu:8.2f} s CPU {used.peak:7.0f} MB {more}")


def compare(source: Path, rounds: int, folder: Path, notebook: str | None) -> None:
    """Let runs, floors, notebooks and reruns from kept lines take turns; print medians and ratios."""
    kept = str(folder / "cache")
    peers = {
        "full run": lambda: report(source, folder),
        "full run, one process": lambda: report(source, folder, "--jobs", "1"),
        "from kept lines": lambda: report(source, folder, REPORTGEN_CACHE=kept),
        "floor": lambda: run([sys.executable, str(HERE / "floor.py"), str(source)]),
    }
    if notebook is not None:
        words = [notebook, str(HERE / "peer_notebook.py"), str(source), str(folder / "notebook.html")]
        peers["notebook"] = lambda: run(words)
    report(source, folder, REPORTGEN_CACHE=kept)  # keeps the lines, and warms the disk's cache
    used = defaultdict(list)
    for _ in range(rounds):
        for name, measure in peers.items():
            used[name].append(measure())
    full = median(used["full run"])
    for name, each in used.items():
        ratio = "" if name == "full run" else f"  full run / {name} = {full.wall / median(each).wall:.2f}"
        show(name, median(each), ratio)


def read_trace(path: Path) -> tuple[dict[tuple[str, str], list[float]], dict[str, Mapping[str, float]]]:
    """Read a trace: wall and CPU seconds by process and step, and what each process has used."""
    events: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["traceEvents"]
    names = {event["pid"]: event["args"]["name"] for event in events if event["ph"] == "M"}
    steps: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for event in events:
        if event["ph"] == "X" and event["cat"] in ("stage", "import"):
            sums = steps[names[event["pid"]], event["name"]]
            sums[0] += event["dur"] / 1e6
            sums[1] += event["args"]["cpu_s"]
    used = {names[event["pid"]]: event["args"] for event in events if event["ph"] == "C"}
    return steps, used


def show_budget(source: Path, rounds: int, folder: Path) -> None:
    """Print the seconds of each step of a run, by process: medians."""
    traces = []
    for _ in range(rounds):
        path = folder / "trace.json"
        used = report(source, folder, "--profile", str(path))
        traces.append((*read_trace(path), used))
    print("\nBy process and step, median seconds: wall, and CPU of the whole process meanwhile")
    for process, step in traces[0][0]:
        wall, cpu = (statistics.median(steps[process, step][n] for steps, _, _ in traces) for n in (0, 1))
        print(f"{process:>14} {step:>22} {wall:7.2f} {cpu:7.2f}")
    for process in traces[0][1]:
        cpu, peak = (statistics.median(each[process][name] for _, each, _ in traces) for name in ("cpu_s", "peak_mb"))
        print(f"{process:>14} {'in all':>22}         {cpu:7.2f}   {peak:.0f} MB")
    told = [_sum_stages(steps) for steps, _, _ in traces]
    walls = [used.wall for _, _, used in traces]
    print(f"stages of the first process: {statistics.median(told):.2f} of {statistics.median(walls):.2f} s")


def _sum_stages(steps: Mapping[tuple[str, str], Sequence[float]]) -> float:
    """Add up the stages of the first process, which come one after the other; what it imports beside them is none."""
    mine = {step: seconds[0] for (process, step), seconds in steps.items() if process == "first process"}
    return sum(seconds for step, seconds in mine.items() if not step.startswith("import"))


def show_growth(source: Path, times: Sequence[int], folder: Path) -> None:
    """Print what a run on several times the lines costs, against one on the lines as plain text."""
    print()
    plain = report(multiply(source, 1, folder), folder)
    show("the lines as plain text", plain)
    for many in times:
        large = multiply(source, many, folder)
        used = report(large, folder)
        large.unlink()
        show(f"{many} times the lines", used, f"  {used.wall / plain.wall:.1f} times as long")


def show_further(source: Path, folder: Path) -> None:
    """Print what each further month and each further store costs."""
    print()
    one = report(source, folder, "--period", "2011-11")
    several = report(source, folder, "--period", "2011-06..2011-11")
    show("one month", one)
    show("six months", several, f"  each further one {(several.wall - one.wall) / 5:.2f} s")
    large = report(source, folder, "--store", "United Kingdom", config=COUNTRIES)
    stores = report(source, folder, config=COUNTRIES)
    newest = max(folder.glob("output-*"), key=lambda output: output.stat().st_mtime)
    further = len([*newest.glob("*/*/*/latest/report.pdf")]) - 1
    show("the largest store", large)
    show("all stores and their chain", stores, f"  each further one {(stores.wall - large.wall) / further:.2f} s")
    show("again, all held or unchanged", report_again(source, folder))


def report_again(source: Path, folder: Path) -> Used:
    """Make all stores' reports twice in one archive; return what the second time used."""
    output = str(folder / "again")
    words = [sys.executable, "-m", "reportgen", "run", str(COUNTRIES), "--source", str(source), "--output", output]
    run([*words, "--quiet"])
    return run([*words, "--quiet"])


def main() -> None:
    """Measure as the command line asks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--notebook", metavar="PYTHON", help="an interpreter that has nbconvert")
    parser.add_argument("--grow", type=int, nargs="*", default=[], metavar="TIMES", help="so many times the lines")
    parser.add_argument("--further", action="store_true", help="further months and stores")
    parsed = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        compare(parsed.source, parsed.rounds, folder, parsed.notebook)
        show_budget(parsed.source, parsed.rounds, folder)
        if parsed.grow:
            show_growth(parsed.source, parsed.grow, folder)
        if parsed.further:
            show_further(parsed.source, folder)


if __name__ == "__main__":
    main()

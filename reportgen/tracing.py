"""A trace of what a run does and when, by process and thread, that Perfetto, speedscope and Chrome open.

Each process writes what it has done, line by line, into one folder; the first one puts them together at the end, so
that what a process did that was killed is told too. Without a trace asked for a span costs nothing.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from reportgen.errors import ConfigError, Problem

VARIABLE = "REPORTGEN_TRACE"
"""The folder of the lines; set for the processes that a run starts."""


@contextmanager
def record(path: Path) -> Iterator[None]:
    """Record a trace of the block, of this process and of those that it starts.

    Parameters
    ----------
    path : Path
        File to write, in the Trace Event Format.

    Raises
    ------
    ConfigError
        When it cannot be written.
    """
    _write_to(path, "")  # what is wrong with it is told now
    with tempfile.TemporaryDirectory(prefix="reportgen-trace-") as folder:
        os.environ[VARIABLE] = folder
        try:
            yield
        finally:
            del os.environ[VARIABLE]
            lines = [line for file in sorted(Path(folder).iterdir()) for line in file.read_text().splitlines()]
            _write_to(path, '{"displayTimeUnit": "ms", "traceEvents": [\n' + ",\n".join(lines) + "\n]}\n")


def _write_to(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        came = error.strerror or str(error)
        raise ConfigError(
            Problem("command line", "--profile", "a file that can be written", f"{path}: {came}")
        ) from None


@contextmanager
def span(name: str, kind: str = "step", tell: Callable[[], dict[str, Any]] = dict) -> Iterator[None]:
    """Record how long a block takes, where a trace is recorded.

    Parameters
    ----------
    name : str
        What it does.
    kind : str
        What sort of work that is.
    tell : callable
        Asked for more to tell of it.
    """
    folder = os.environ.get(VARIABLE)
    if folder is None:
        yield
        return
    begun, cpu = perf_counter(), process_time()
    try:
        yield
    finally:
        told = {"cpu_s": round(process_time() - cpu, 6), **tell()}
        write_span(name, kind, begun, perf_counter(), **told)


def write_span(name: str, kind: str, begun: float, ended: float, **told: Any) -> None:
    """Record a span that is over; times are those of `time.perf_counter`, one clock for all processes."""
    _write({"ph": "X", "name": name, "cat": kind, "ts": begun * 1e6, "dur": (ended - begun) * 1e6, "args": told})


def name_process(name: str) -> None:
    """Tell what this process is for."""
    _write({"ph": "M", "name": "process_name", "args": {"name": name}})


def tell_process() -> None:
    """Record what this process has used so far: seconds of CPU, and the most memory at a time, in MB."""
    _write(
        {"ph": "C", "name": "used", "ts": perf_counter() * 1e6, "args": {"cpu_s": process_time(), "peak_mb": _peak()}}
    )


def _write(event: dict[str, Any]) -> None:
    folder = os.environ.get(VARIABLE)
    if folder is not None:
        line = json.dumps({**event, "pid": os.getpid(), "tid": threading.get_native_id()}) + "\n"
        with (Path(folder) / f"{os.getpid()}.jsonl").open("a", encoding="utf-8") as lines:
            lines.write(line)


def _peak() -> float:
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:  # pragma: no cover
        return 0.0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1_048_576 if sys.platform == "darwin" else 1_024)

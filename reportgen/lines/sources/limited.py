"""Starts `reportgen.lines.sources.child` and waits for it with patience, but not without end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Literal

import reportgen
from reportgen.errors import DataError, Problem

_CHILD = "reportgen.lines.sources.child"
_MEGABYTES = 1_200
_SECONDS, _SECONDS_PER_MB = 15, 4
_LEAST_UNPACKED, _MOST_RATIO = 300_000_000, {"unpack": 100, "workbook": 40}
"""Bytes that any file may unpack to, and how many times its own size a large one may: order lines stay below 30."""


def run_child(task: Literal["unpack", "workbook"], option: str, source: Path, target: Path) -> dict[str, Any]:
    """Let a child process open a file from outside.

    Parameters
    ----------
    task, option
        What to do, and how: see `reportgen.lines.sources.child`.
    source, target : Path
        The file, and where its content goes.

    Returns
    -------
    dict
        What the child said.

    Raises
    ------
    DataError
        When the file cannot be read, or not within the limits of memory, time and size.
    """
    size = source.stat().st_size
    seconds = _SECONDS + _SECONDS_PER_MB * size // 1_000_000
    limits = (str(_MEGABYTES), str(seconds), str(max(_LEAST_UNPACKED, _MOST_RATIO[task] * size)))
    words = [sys.executable, "-P", "-m", _CHILD, task, option, str(source), str(target), *limits]
    try:
        done = subprocess.run(  # noqa: S603 - our own module
            words, env=_environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            timeout=2 * seconds, check=False,
        )  # fmt: skip
        said: dict[str, Any] = json.loads(done.stdout) if done.stdout else {"is_memory": True}
    except subprocess.TimeoutExpired:
        said = {"error": f"one that takes longer than {2 * seconds} seconds to open"}
    except ValueError:
        said = {"error": "one that cannot be read"}
    if said.get("is_memory"):
        said["error"] = f"one that needs more than {_MEGABYTES:,} MB of memory or {seconds} seconds to open"
    if "error" in said:
        kind = "a workbook" if task == "workbook" else "a whole file"
        hint = (
            "A cell far from the table makes a sheet that large: delete what is around it, or save the sheet as CSV."
            if said.get("is_memory") and task == "workbook"
            else "Fetch or export it again, or unpack it first."
            if task == "unpack"
            else "Save the sheet as CSV."
        )
        raise DataError(Problem(str(source), "source", kind, str(said["error"]), hint))
    return said


def _environment() -> dict[str, str]:
    """Return an environment in which the child finds this very package."""
    here = str(Path(reportgen.__file__).parent.parent)
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (here, os.environ.get("PYTHONPATH"))))}

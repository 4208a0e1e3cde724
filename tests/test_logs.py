"""Who asks with --verbose sees each step of each process, and nobody else does."""

from __future__ import annotations

import re
from pathlib import Path

from tests.conftest import BY_STORE, QUICK, Command

_LINE = re.compile(r"\d\d:\d\d:\d\d\.\d{3} \[(\d+)\] (.+)")


def test_each_step_is_logged_in_each_process(command: Command, sample: Path, tmp_path: Path) -> None:
    """A stage is logged when it begins and with its seconds when it ends, here and in the workers."""
    words = ("run", sample / "sample.yaml", "--output", tmp_path, *BY_STORE, "--jobs", "2", *QUICK, "--verbose")
    done = command(*words)
    assert done.returncode == 0, done.stderr
    logged = [found.groups() for line in done.stderr.splitlines() if (found := _LINE.fullmatch(line))]
    told = [text for _, text in logged]
    assert len(logged) == len(done.stderr.splitlines())
    assert "read begins" in told
    assert sum(text.startswith("segments took ") for text in told) == told.count("segments begins") > 1
    assert len({process for process, _ in logged}) > 1


def test_nothing_is_logged_unasked(call: Command, sample: Path, tmp_path: Path) -> None:
    """Without --verbose stderr, which is no terminal here, stays empty."""
    done = call("run", sample / "sample.yaml", "--output", tmp_path, *QUICK)
    assert (done.returncode, done.stderr) == (0, "")

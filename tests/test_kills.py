"""Runs that are cut short, or are not alone: nothing is lost, half there, or other than it should be."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from reportgen.archive.open import open_storage
from tests.chain_shop import write_chain
from tests.conftest import ROOT, Command

MONTHS = ("2025-12", "2025-12", "2025-11")


def test_two_runs_at_once_do_not_harm_each_other(call: Command, tmp_path: Path) -> None:
    """Two that make the same and a third that makes other months end well; all runs are whole, shown, and there once."""
    config = write_chain(tmp_path, ["York", "Bath", "Leeds"], 12)
    wanted = [config, "--output", tmp_path / "out", "--jobs", "1"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "SOURCE_DATE_EPOCH": "1767225600"}
    words = [[sys.executable, "-m", "reportgen", "run", *map(str, wanted), "--period", month] for month in MONTHS]
    processes = [
        subprocess.Popen(one, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment) for one in words
    ]
    told = [process.communicate(timeout=300)[1] for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0], told
    assert call("archive", "verify", "--output", tmp_path / "out").returncode == 0
    assert len(open_storage(str(tmp_path / "out")).runs()) == 8
    page = (tmp_path / "out" / "report" / "leeds" / "index.html").read_text(encoding="utf-8")
    assert "November 2025" in page
    assert "December 2025" in page


def _is_alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def test_an_interruption_keeps_what_was_finished(call: Command, tmp_path: Path) -> None:
    """SIGTERM in the middle of many reports: code 130, no process left, a clean archive; --resume makes the rest."""
    config = write_chain(tmp_path, ["York", "Bath", "Leeds"], 12)
    wanted = [config, "--output", tmp_path / "out", "--period", "2025-09..2025-12"]
    words = [sys.executable, "-m", "reportgen", "run", *map(str, wanted), "--jobs", "2"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "SOURCE_DATE_EPOCH": "1767225600"}
    process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True, env=environment, start_new_session=True)
    while not list((tmp_path / "out").glob("*/*/*/*/manifest.json")) and process.poll() is None:
        time.sleep(0.02)
    process.send_signal(signal.SIGTERM)
    told = process.communicate(timeout=60)[1]
    assert process.returncode == 130, told
    assert "reportgen run --resume" in told
    deadline = time.monotonic() + 30
    while _is_alive(process.pid):
        assert time.monotonic() < deadline, "a process outlives the run"
        time.sleep(0.05)
    finished = len(open_storage(str(tmp_path / "out")).runs())
    assert 0 < finished < 16
    assert call("archive", "verify", "--output", tmp_path / "out").returncode == 0
    resumed = call("run", *wanted, "--resume", "--json")
    assert resumed.returncode == 0
    statuses = [one["status"] for one in json.loads(resumed.stdout)["runs"]]
    assert (len(statuses), statuses.count("unchanged")) == (16, finished)


@pytest.mark.parametrize(("place", "shards"), [("folder", 1), ("s3", 2)])
def test_killed_runs_lose_nothing(place: str, shards: int, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """The script that kills runs ends well: one on a folder, and two at once that share the stores on an object store."""
    where = str(tmp_path) if place == "folder" else f"{request.getfixturevalue('s3_bucket')}/kills-{tmp_path.name}"
    words = [sys.executable, "benchmarks/kill.py", "--small", "--kills", "1", "--seed", "7", "--place", where]
    words += ["--shards", str(shards)]
    done = subprocess.run(
        words, capture_output=True, text=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "every archive whole" in done.stdout

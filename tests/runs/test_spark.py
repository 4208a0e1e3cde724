"""The same config gives the same facts to the byte on Spark as on the embedded engine."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Command, Finished, read_finished
from tests.spark import on_spark, skip_without_spark, write_random_shops

ON_SPARK = on_spark(master="local[2]")
AT = ("--period", "2026-02")


def facts_of(run: dict[str, Any]) -> bytes:
    """Return a run's facts, as they are written."""
    return (Path(run["path"]) / "facts.json").read_bytes()


@pytest.mark.parametrize("seed", [20260228])
def test_the_report_of_two_hundred_random_shops(
    command: Command, finish: Callable[..., Finished], tmp_path: Path, seed: int
) -> None:
    """Of lines with all that can be against them, the facts over Spark Connect are those of this machine."""
    skip_without_spark()
    config = write_random_shops(tmp_path, seed, returns="net")
    here = finish(config, tmp_path / "here", *AT)
    there = read_finished(
        command("run", config, "--output", tmp_path / "spark", "--json", *AT, *on_spark(remote="local[2]"))
    )
    assert (there.folder / "facts.json").read_bytes() == (here.folder / "facts.json").read_bytes()
    assert there.folder.resolve().name == here.folder.resolve().name
    assert "WARN" not in there.stderr


@pytest.mark.parametrize("seed", [20260301])
def test_each_of_two_hundred_random_shops(runs: Callable[..., Any], tmp_path: Path, seed: int) -> None:
    """Ids, fates and facts of each store are the same, those of stores that are too small and of the chain too."""
    skip_without_spark()
    config = write_random_shops(tmp_path, seed, returns="drop")
    options = (*AT, "--set", "stores={by: store, min_customers: 26}", "--set", "window=2 months")
    here = runs(config, tmp_path / "here", *options)
    there = runs(config, tmp_path / "spark", *options, *ON_SPARK)
    assert [(run["run"], run["status"]) for run in here] == [(run["run"], run["status"]) for run in there]
    done = [[facts_of(run) for run in found if run["status"] == "done"] for found in (here, there)]
    assert done[0] == done[1]
    assert len(done[0]) > 3  # the large ones, and the chain
    assert sum(run["status"] == "held" for run in here) > 100


def test_what_is_wrong_with_a_file_is_told_alike(call: Command, tmp_path: Path) -> None:
    """A message of an executor is the one that this machine would give, with the same exit code."""
    skip_without_spark()
    config = write_random_shops(tmp_path, 1, returns="drop")
    (tmp_path / "lines.csv").write_text("order,customer,when\n1,a,2026-01-01\n", encoding="utf-8")
    here, there = (call("run", config, "--output", tmp_path / "out", *more) for more in ((), ON_SPARK))
    assert (there.returncode, there.stderr) == (here.returncode, here.stderr)
    assert here.returncode == 3


def test_a_server_that_is_not_there_is_told(command: Command, tmp_path: Path) -> None:
    """Nobody who answers is one clear message, and soon."""
    skip_without_spark()
    config = write_random_shops(tmp_path, 1, returns="drop")
    done = command("run", config, "--output", tmp_path / "out", "--json", *on_spark(remote="sc://localhost:1"))
    assert done.returncode == 2
    assert done.stderr.startswith("Spark at sc://localhost:1: engine.spark.remote: expected a server that answers, got")
    assert json.loads(done.stdout)["runs"][0]["status"] == "failed"

"""Tests of shares of the stores, made by machines that know nothing of one another."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.runs.shards import Shard, parse_shard, shard_of
from tests.conftest import Command, Runs
from tests.shops import contents, write_shop

STORES = ["York", "Bath", "Hull", "Leeds", "Lyon"]
OUTPUTS = ("--set", "outputs=[]")


@given(st.text(max_size=20), st.text(max_size=20), st.integers(1, 50))
def test_each_store_belongs_to_exactly_one_share(report: str, store: str, of: int) -> None:
    """Whatever its name, a store is made once; of one share it is the first."""
    assert [Shard(n, of).has(report, store) for n in range(1, of + 1)].count(True) == 1
    assert shard_of(report, store, 1) == 1


def test_shares_are_of_like_size() -> None:
    """A thousand stores fall into ten shares of about a hundred."""
    sizes = Counter(shard_of("shop", f"Store {n}", 10) for n in range(1_000))
    assert set(sizes) == set(range(1, 11))
    assert 60 < min(sizes.values()) <= max(sizes.values()) < 140


@pytest.mark.parametrize("text", ["0/3", "4/3", "1", "1/0", "a/b", "1/99999", "-1/3", "1/3/4", ""])
def test_what_is_no_share_is_refused(text: str) -> None:
    """A share is a number from 1 to how many there are."""
    with pytest.raises(ValueError, match="a shard such as 3/10"):
        parse_shard(text)


def test_all_shares_make_what_one_run_makes(runs: Runs, call: Command, tmp_path: Path) -> None:
    """Three shares, and one run that compares their stores, leave the archive that a single run leaves, byte for byte."""
    config = write_shop(tmp_path, STORES)
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    runs(config, whole, *OUTPUTS)
    listed = json.loads(call("plan", config, "--output", parts, "--shards", 3, "--json", *OUTPUTS).stdout)["runs"]
    assert [(run["store"], run["status"]) for run in listed] == [(store, "missing") for store in sorted(STORES)]
    made = {n: runs(config, parts, *OUTPUTS, "--shard", f"{n}/3") for n in (3, 1, 2)}
    assert {run["store"]: f"{n}/3" for n, found in made.items() for run in found} == {
        run["store"]: run["shard"] for run in listed
    }
    assert {run["run"] for found in made.values() for run in found} == {run["run"] for run in listed}
    assert not (parts / "index.html").exists()
    assert not list(parts.glob("*/chain"))
    last = runs(config, parts, *OUTPUTS)
    assert Counter(run["status"] for run in last) == {"unchanged": 5, "done": 1}
    assert contents(parts) == contents(whole)
    again = json.loads(call("plan", config, "--output", parts, "--json", *OUTPUTS).stdout)["runs"]
    assert {run["status"] for run in again} == {"archived"}


def test_a_share_without_a_store_is_done_at_once(call: Command, tmp_path: Path) -> None:
    """Of more shares than stores some are empty, which is no failure."""
    config = write_shop(tmp_path, ["York"])
    empty = next(n for n in range(1, 10) if n != shard_of("report", "York", 9))
    done = call("run", config, "--output", tmp_path / "out", "--shard", f"{empty}/9", *OUTPUTS)
    assert (done.returncode, done.stderr) == (0, "")


def test_no_share_is_sent(call: Command, tmp_path: Path) -> None:
    """Mail is sent once all shares are made: a single share would say that the others are missing."""
    done = call("run", write_shop(tmp_path, ["York"]), "--output", tmp_path / "out", "--shard", "1/2", "--send")
    assert done.returncode == 2
    assert "no mail from a single share of the stores" in done.stderr


def test_a_plan_tells_what_cannot_be_planned(call: Command, tmp_path: Path) -> None:
    """A month that the data do not have is told with exit code 5, and the others are listed all the same."""
    config = write_shop(tmp_path, ["York", "Bath"])
    done = call("plan", config, "--period", "2026-01..2026-02", "--output", tmp_path / "out")
    assert done.returncode == 5
    assert done.stdout.count(": missing, ") == 2
    assert done.stdout.count(": failed, ") == 2
    assert "expected lines in 2026-02, got none" in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_plan_of_an_unknown_store_is_no_empty_one(call: Command, tmp_path: Path) -> None:
    """A store that nobody has is told as `run` tells it."""
    done = call("plan", write_shop(tmp_path, ["York"]), "--store", "Yorck", "--output", tmp_path / "out")
    assert done.returncode == 5
    assert "--store: expected a store of the config, got 'Yorck'. Did you mean 'York'?" in done.stderr

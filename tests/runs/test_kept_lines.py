"""What a run keeps of its source changes no byte of the next one, and is gone when somebody wants it to be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import BY_STORE, QUICK, Command, Runs
from tests.shops import contents

CACHED = "REPORTGEN_CACHE"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Name a cache of the test's own."""
    monkeypatch.setenv(CACHED, str(tmp_path / "cache"))
    return tmp_path / "cache"


def entries(cache: Path) -> list[str]:
    """List what is kept."""
    return sorted(path.name for path in cache.iterdir()) if cache.exists() else []


@pytest.mark.parametrize("wanted", [("--set", "outputs=[html]"), (*BY_STORE, *QUICK)], ids=["one", "stores"])
def test_a_rerun_from_the_cache_has_the_same_bytes(
    wanted: tuple[str, ...], runs: Runs, sample: Path, tmp_path: Path, cache: Path
) -> None:
    """Without a cache, with an empty one and with a full one, the archive is the same."""
    made: list[dict[str, Any]] = []
    for name, more in (("without", ("--no-cache",)), ("cold", ()), ("warm", ())):
        runs(sample / "sample.yaml", tmp_path / name, *wanted, *more)
        made.append(contents(tmp_path / name))
        assert len(entries(cache)) == (0 if name == "without" else 1)
    assert made[0] == made[1] == made[2]


def test_another_month_begins_with_the_same_lines(runs: Runs, sample: Path, tmp_path: Path, cache: Path) -> None:
    """One entry serves every month and every option that does not decide how lines are read."""
    for more in (("--period", "2025-12"), ("--period", "2026-01", "--set", "cleansing.returns=net")):
        runs(sample / "sample.yaml", tmp_path / "out", *more, *QUICK)
    assert len(entries(cache)) == 1


def test_the_cache_can_be_seen_and_cleared(
    call: Command, runs: Runs, sample: Path, tmp_path: Path, cache: Path
) -> None:
    """`cache show` tells where it is and how large, `cache clear` empties it; without one both say so."""
    runs(sample / "sample.yaml", tmp_path / "out", *QUICK)
    shown = call("cache", "show").stdout.splitlines()
    assert shown[0] == str(cache)
    assert shown[1].startswith("1 sources, 0.")
    assert call("cache", "clear").stdout == "1 sources removed\n"
    assert entries(cache) == []
    assert call("cache", "show", **{CACHED: "off"}).stdout == f"none: {CACHED} is off\n"
    assert call("cache", "clear", **{CACHED: "off"}).stdout == "0 sources removed\n"


def test_forgetting_somebody_empties_it(call: Command, runs: Runs, sample: Path, tmp_path: Path, cache: Path) -> None:
    """Order lines name their customers."""
    runs(sample / "sample.yaml", tmp_path / "out", *QUICK)
    assert len(entries(cache)) == 1
    done = call("archive", "forget", "K00001", "--output", tmp_path / "out")
    assert "the order lines that were kept between runs are removed" in done.stdout
    assert entries(cache) == []


def test_looking_at_a_source_keeps_nothing(call: Command, sample: Path, cache: Path) -> None:
    """`validate` reads the files themselves."""
    assert call("validate", sample / "sample.yaml").returncode == 0
    assert entries(cache) == []

"""Who asks for a profile gets a trace of every process, in the format that viewers open."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from reportgen.errors import ConfigError
from reportgen.tracing import VARIABLE, name_process, record, span, tell_process
from tests.conftest import BY_STORE, QUICK, Command


def read_events(path: Path) -> list[dict[str, Any]]:
    """Read a trace."""
    events: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["traceEvents"]
    return events


def test_spans_nest_and_say_more(tmp_path: Path) -> None:
    """A span within another lies within its time; each carries what it was given, this process and its CPU."""
    path = tmp_path / "trace.json"
    with record(path):
        name_process("tests")
        with span("outer", "stage"), span("inner", "sql", lambda: {"sql": "SELECT 1"}):
            pass
        tell_process()
    named, inner, outer, used = read_events(path)
    assert (named["ph"], named["args"]) == ("M", {"name": "tests"})
    assert (inner["name"], inner["cat"], inner["args"]["sql"]) == ("inner", "sql", "SELECT 1")
    assert (outer["ph"], outer["name"], outer["pid"]) == ("X", "outer", os.getpid())
    assert outer["ts"] <= inner["ts"]
    assert inner["ts"] + inner["dur"] <= outer["ts"] + outer["dur"]
    assert outer["args"]["cpu_s"] >= 0
    assert used["args"]["peak_mb"] > 1


def test_a_block_that_fails_is_told(tmp_path: Path) -> None:
    """What was done until a failure is in the trace, which is written all the same."""
    path = tmp_path / "trace.json"
    with pytest.raises(ZeroDivisionError), record(path), span("work"):
        raise ZeroDivisionError
    assert [event["name"] for event in read_events(path)] == ["work"]
    assert VARIABLE not in os.environ


def test_without_a_trace_nothing_is_written() -> None:
    """A span of nobody's trace does nothing, and asks for nothing."""
    with span("work", tell=lambda: pytest.fail("was asked")):
        pass


def test_a_place_that_cannot_be_written_is_told_first(tmp_path: Path) -> None:
    """The block is not begun."""
    with pytest.raises(ConfigError, match="--profile: expected a file that can be written"), record(tmp_path):
        pytest.fail("was begun")


def test_a_run_is_traced_in_every_process(command: Command, sample: Path, tmp_path: Path) -> None:
    """The stages and statements of the first process and of each store's are there, and what each of them has used."""
    path = tmp_path / "trace.json"
    wanted = ("run", sample / "sample.yaml", "--output", tmp_path / "out", *BY_STORE, "--jobs", "2", *QUICK)
    done = command(*wanted, "--profile", path)
    assert done.returncode == 0, done.stderr
    events = read_events(path)
    names = {event["pid"]: event["args"]["name"] for event in events if event["ph"] == "M"}
    assert sorted(names.values()) == ["first process", "stores", "stores"]
    assert {event["pid"] for event in events if event["name"] == "used"} == set(names)
    stages = {(names[event["pid"]], event["name"]) for event in events if event.get("cat") == "stage"}
    assert {("first process", "read"), ("stores", "segments"), ("stores", "write")} <= stages
    assert any(event.get("cat") == "sql" and "CREATE TABLE" in event["args"]["sql"] for event in events)

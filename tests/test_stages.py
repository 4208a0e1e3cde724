"""The stages of a run must add up to the time that passed, whatever is done at the same time."""

from __future__ import annotations

import threading

import pytest

from reportgen.stages import Stages


def test_stages_are_announced_in_order_and_timed_once_each() -> None:
    """A stage is announced whenever it begins, and its times add up under its name."""
    heard: list[str] = []
    stages = Stages(heard.append)
    for name in ("read", "write", "read"):
        with stages(name):
            pass
    assert heard == ["read", "write", "read"]
    assert list(stages.seconds) == ["read", "write"]
    assert all(seconds >= 0 for seconds in stages.seconds.values())
    stages.add("read", 5.0)
    stages.add("start", 1.0)
    assert heard == ["read", "write", "read"]
    assert stages.seconds["read"] > 5 and stages.seconds["start"] == 1.0


def test_a_stage_in_a_thread_counts_as_beside() -> None:
    """What a stage does meanwhile is no time that passed, but what is waited for it is, under its name."""
    heard: list[str] = []
    stages, go = Stages(heard.append), threading.Event()
    with stages.meanwhile("trust", lambda: go.wait(60) and threading.get_ident()) as tried:
        with stages("products"):
            go.set()
        assert tried() not in (False, threading.get_ident())
    assert heard == ["products", "trust"]
    assert list(stages.seconds) == ["products", "trust"]
    assert list(stages.beside) == ["trust"]


def test_what_is_wrong_in_a_thread_is_raised_to_who_waits() -> None:
    """A stage in a thread fails where its result is asked for, and its thread is over when the block is."""
    stages, before = Stages(), threading.active_count()
    with pytest.raises(ZeroDivisionError), stages.meanwhile("trust", lambda: 1 // 0) as tried:
        with stages("products"):
            pass
        tried()
    assert threading.active_count() == before
    assert list(stages.seconds) == ["products"]


def test_who_interrupts_does_not_wait() -> None:
    """An interruption of the block leaves at once, whatever the thread is still doing."""
    stages, go, done = Stages(), threading.Event(), threading.Event()

    def do() -> None:
        go.wait(60)
        done.set()

    with pytest.raises(KeyboardInterrupt), stages.meanwhile("trust", do):
        raise KeyboardInterrupt
    assert not done.is_set()
    go.set()
    assert done.wait(60)


def test_without_a_free_core_a_stage_waits_its_turn() -> None:
    """Where each core has a process of its own, what could be done meanwhile is done when it is asked for, here."""
    stages = Stages(has_cores=False)
    with stages.meanwhile("trust", threading.get_ident) as tried:
        with stages("products"):
            pass
        assert tried() == threading.get_ident()
    assert (list(stages.seconds), stages.beside) == (["products", "trust"], {})

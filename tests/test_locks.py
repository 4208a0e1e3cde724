"""A lock must keep others out until it is let go, and nobody longer."""

from __future__ import annotations

import errno
import fcntl
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from reportgen.locks import lock_folder, unlock


def test_one_alone_holds_a_folder(tmp_path: Path) -> None:
    """Nobody else gets a folder, shared or not, before it is let go."""
    lock = lock_folder(tmp_path)
    assert lock is not None
    assert lock_folder(tmp_path) is None
    assert lock_folder(tmp_path, shared=True) is None
    unlock(lock)
    again = lock_folder(tmp_path)
    assert again is not None
    unlock(again)


def test_several_share_a_folder(tmp_path: Path) -> None:
    """Those who share a folder keep out who wants it alone until the last has gone."""
    locks = [lock_folder(tmp_path, shared=True) for _ in range(2)]
    assert None not in locks
    unlock(locks[0])
    assert lock_folder(tmp_path) is None
    unlock(locks[1])
    lock = lock_folder(tmp_path)
    assert lock is not None
    unlock(lock)


def test_who_waits_comes_next(tmp_path: Path) -> None:
    """A lock that is waited for is given when the other is let go, not before."""
    lock = lock_folder(tmp_path)
    with ThreadPoolExecutor(max_workers=1) as beside:
        waiting = beside.submit(lock_folder, tmp_path, wait=True)
        assert not waiting.done()
        unlock(lock)
        second = waiting.result(timeout=60)
    assert second is not None
    unlock(second)


@pytest.mark.parametrize("refusal", [BlockingIOError, OSError])
def test_what_cannot_be_opened_is_an_error(tmp_path: Path, refusal: type[OSError]) -> None:
    """A folder that is missing and a link are told, whatever counts as a refusal."""
    (tmp_path / "link").symlink_to(tmp_path, target_is_directory=True)
    for name in ("missing", "link"):
        with pytest.raises(OSError, match=name):
            lock_folder(tmp_path / name, refusal=refusal)


def test_a_place_without_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system has no locks, that is an error, or a refusal for who says so."""

    def refuse(_descriptor: int, _operation: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(OSError, match="No locks available"):
        lock_folder(tmp_path)
    assert lock_folder(tmp_path, refusal=OSError) is None


def test_without_a_lock_nothing_is_let_go() -> None:
    """What was never locked needs no unlocking."""
    unlock(None)

"""Folders for what is on its way: gone when the work ends, and swept by the next run if the work was killed."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # pragma: no cover - Windows has no flock: nothing is swept there
    fcntl = None  # type: ignore[assignment]

PREFIX = "reportgen-"
_YOUNG = 60.0
"""Seconds in which a folder may not be locked yet by the process that made it."""


@contextmanager
def open_scratch() -> Iterator[Path]:
    """Give a new folder below the system's temporary folder, locked for as long as the block runs."""
    with tempfile.TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True) as name:
        lock = _lock(Path(name))
        try:
            yield Path(name)
        finally:
            if lock is not None:
                os.close(lock)


def sweep_scratch() -> None:
    """Remove folders of our own whose process is gone: they hold order lines."""
    if fcntl is None:  # pragma: no cover
        return
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError):
            if folder.stat().st_uid != os.getuid() or time.time() - folder.stat().st_mtime < _YOUNG:
                continue
            lock = _lock(folder)
            if lock is not None:
                shutil.rmtree(folder, ignore_errors=True)
                os.close(lock)


def _lock(folder: Path) -> int | None:
    """Lock a folder; None when another process holds it."""
    if fcntl is None:  # pragma: no cover
        return None
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor

"""Locks on folders: how processes that share one tell that another is at work in it. A lock ends with its process."""

from __future__ import annotations

import os
from pathlib import Path

try:
    import fcntl
except ImportError:  # pragma: no cover - Windows has no flock: there nobody is waited for, and nothing is swept
    fcntl = None  # type: ignore[assignment]

HAS_LOCKS = fcntl is not None


def lock_folder(
    folder: Path, *, shared: bool = False, wait: bool = False, refusal: type[OSError] = BlockingIOError
) -> int | None:
    """Lock a folder; a link is not followed.

    Parameters
    ----------
    folder : Path
        It must be there.
    shared : bool
        Others may hold it in the same way, and nobody alone.
    wait : bool
        Wait for whoever holds it.
    refusal : type
        What the system may say instead of locking it: `BlockingIOError` is that another process holds it, `OSError`
        also that it is in a place without locks.

    Returns
    -------
    int or None
        What `unlock` takes; None when it was refused, or the system has no such locks.

    Raises
    ------
    OSError
        When it cannot be opened, or is not locked for another reason than `refusal`.
    """
    if fcntl is None:  # pragma: no cover
        return None
    descriptor = os.open(folder, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB))
    except refusal:
        os.close(descriptor)
        return None
    except BaseException:  # an interruption while it waits
        os.close(descriptor)
        raise
    return descriptor


def unlock(lock: int | None) -> None:
    """Let go what `lock_folder` has locked, if it has."""
    if lock is not None:
        os.close(lock)

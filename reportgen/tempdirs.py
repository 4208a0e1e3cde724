"""Temporary folders: gone when the work ends, and swept by the next run if the work was killed.

A folder is deleted only on proof that this program made it: it stands in a private folder of this user's, holds a
marker with our own words, and neither a lock nor a process says that it is in use.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from reportgen.errors import Problem, UnexpectedError
from reportgen.locks import HAS_LOCKS, lock_folder, unlock

PREFIX = "reportgen-"
MARKER = ".reportgen-temporary"
_MAGIC = "reportgen made this folder and removes it when its work is done"
_CONTENT = "work"
_MAX_MARKER = 1_000
_YOUNG = 60.0
"""Seconds in which a folder without a marker may still be on its way to one."""


@contextmanager
def open_tempdir() -> Iterator[Path]:
    """Give a new folder below the system's temporary folder, locked for as long as the block runs.

    Raises
    ------
    UnexpectedError
        When there is no temporary folder that can be written to.
    """
    with _told():
        parent = _private_folder()
        folder = make_marked(parent)
        lock = lock_folder(folder, refusal=OSError)
    try:
        yield folder / _CONTENT
    finally:
        with suppress(OSError):
            remove_marked(folder)
        unlock(lock)
        if parent.name != _shared_name():
            with suppress(OSError):
                remove_marked(parent)


def sweep_tempdirs() -> None:
    """Remove folders of ours whose process is gone: they hold order lines."""
    if not HAS_LOCKS:  # pragma: no cover
        return
    with suppress(OSError):
        for parent in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
            if not is_marked(parent):
                continue
            if parent.name != _shared_name():
                sweep(parent)
                continue
            for folder in parent.iterdir():
                with suppress(OSError):
                    sweep(folder)


def make_marked(parent: Path) -> Path:
    """Make a folder with a marker and, within it, an empty folder for its content.

    Parameters
    ----------
    parent : Path
        Where.

    Returns
    -------
    Path
        The folder that holds the marker; its content belongs into `content_of` it.
    """
    folder = Path(tempfile.mkdtemp(dir=parent))
    try:
        _write_marker(folder)
        (folder / _CONTENT).mkdir()
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return folder


def remove_marked(folder: Path) -> None:
    """Remove a marked folder, its marker last: what is left of it by a kill is still known as ours."""
    for path in folder.iterdir():
        if path.name != MARKER:
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    (folder / MARKER).unlink(missing_ok=True)
    folder.rmdir()


def content_of(folder: Path) -> Path:
    """Return where the content of a marked folder stands."""
    return folder / _CONTENT


def is_marked(folder: Path, *, by_anybody: bool = False) -> bool:
    """Tell whether this program has made a folder, run by this user or, where people share a place, by anybody."""
    return _is(folder, stat.S_IFDIR, by_anybody=by_anybody) and _read_marker(folder, by_anybody=by_anybody) is not None


def drop_unmarked(folder: Path) -> None:
    """Remove a folder that was to be marked when its process was killed; an `OSError` when it holds anything."""
    marker = folder / MARKER
    if _is(marker, stat.S_IFREG) and not marker.lstat().st_size:
        marker.unlink()
    folder.rmdir()


def _shared_name() -> str:
    return f"{PREFIX}{os.getuid() if hasattr(os, 'getuid') else 'user'}.tmp"


def _private_folder() -> Path:
    """Return the private folder that this user's runs share; another one when its name is taken by something else."""
    place, stated = tempfile.gettempdir(), os.environ.get("TMPDIR")
    if stated and os.path.realpath(place) != os.path.realpath(stated):  # Python goes elsewhere without a word
        raise OSError(errno.EACCES, "one that is not there, is full, or may not be written to", stated)
    shared = Path(place) / _shared_name()
    if _is_private(shared):
        os.utime(shared / MARKER)  # what cleans up old files would take the proof away
        return shared
    alone = Path(tempfile.mkdtemp(prefix=PREFIX))
    try:
        _write_marker(alone)
    except BaseException:
        shutil.rmtree(alone, ignore_errors=True)
        raise
    if not os.path.lexists(shared):
        with suppress(OSError):  # another of our runs was quicker
            return alone.rename(shared)
    if _is_private(shared):
        remove_marked(alone)
        return shared
    return alone


def _is_private(folder: Path) -> bool:
    return is_marked(folder) and stat.S_IMODE(folder.lstat().st_mode) == 0o700


def _write_marker(folder: Path) -> None:
    said = {"what": _MAGIC, "pid": os.getpid(), "started": _start_of(os.getpid())}
    (folder / MARKER).write_text(json.dumps(said), encoding="ascii")


def _read_marker(folder: Path, *, by_anybody: bool = False) -> dict[str, object] | None:
    """Read what a folder's marker says; None when there is none of ours."""
    path = folder / MARKER
    if not _is(path, stat.S_IFREG, by_anybody=by_anybody) or path.lstat().st_size > _MAX_MARKER:
        return None
    try:
        said = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) and said.get("what") == _MAGIC else None


def _is(path: Path, kind: int, *, by_anybody: bool = False) -> bool:
    """Tell whether a path is, itself and not by way of a link, of a kind, and this user's unless anybody's will do."""
    try:
        found = path.lstat()
    except OSError:
        return False
    is_own = by_anybody or not hasattr(os, "getuid") or found.st_uid == os.getuid()
    return stat.S_IFMT(found.st_mode) == kind and is_own


def sweep(folder: Path) -> None:
    """Remove a folder of `make_marked` whose process is gone; one of a process that goes on stays."""
    if not _is(folder, stat.S_IFDIR):
        return
    said = _read_marker(folder)
    if said is None:
        if time.time() - folder.lstat().st_mtime > _YOUNG:
            drop_unmarked(folder)
        return
    lock = lock_folder(folder, refusal=OSError)
    if lock is None:
        return
    try:
        if not _is_living(said):
            remove_marked(folder)
    finally:
        unlock(lock)


def _is_living(said: dict[str, object]) -> bool:
    """Tell whether the process that a marker names is still that process, and not a later one with its number."""
    pid = said.get("pid")
    if not isinstance(pid, int) or not 0 < pid < 2**31:
        return False
    started = _start_of(pid)
    if started is not None:
        return started == said.get("started")
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return not Path("/proc/self").exists()


def _start_of(pid: int) -> str | None:
    """Return what tells a process from a later one of the same number; None where the system does not say.

    It is counted from the machine's start (field 22 of `/proc/<pid>/stat`), so a clock that is set does not change it.
    """
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        return f"{boot} {fields[19]}"
    except (OSError, IndexError):
        return None


@contextmanager
def _told() -> Iterator[None]:
    """Tell of a temporary folder that cannot be used as one clear error."""
    try:
        yield
    except OSError as error:
        place = os.environ.get("TMPDIR") or "this machine"
        came = error.strerror or str(error)
        hint = "Free some space there, or name another folder in the environment's TMPDIR."
        raise UnexpectedError(Problem(place, "temporary folder", "one that can be written to", came, hint)) from None

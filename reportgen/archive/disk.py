"""What a folder on disk can be relied on for: bytes that are really there, names given once."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from reportgen.archive.storage import RUN, check_inside, storage_error
from reportgen.model.artefacts import MADE

_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EMLINK, errno.ENOSYS)


def is_same(fresh: Path, target: Path) -> bool:
    """Whether a run is there already, every file of it but the one that keeps the time."""
    if target.is_symlink() or not target.is_dir():
        return False
    names = _list_files(fresh)
    return names == _list_files(target) and all(
        (fresh / name).read_bytes() == (target / name).read_bytes() for name in names - {MADE}
    )


def is_in_the_way(error: OSError) -> bool:
    """Whether something could not be renamed because there is something else already."""
    return error.errno in (errno.ENOTEMPTY, errno.EEXIST, errno.EISDIR)


def is_copy_beside(folder: Path) -> bool:
    """Whether a folder has the content of a run beside it: it was a link that somebody's copy has followed."""
    return any(is_same(folder, run) for run in folder.parent.iterdir() if RUN.fullmatch(run.name))


def _list_files(folder: Path) -> set[str]:
    """List the files in a folder and in those within it, relative to it."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}


def read_plain(path: Path, limit: int) -> bytes:
    """Read a file that is one itself: no link, no pipe, no device.

    Raises
    ------
    FileNotFoundError
        When there is no such file.
    ValueError
        When it has more bytes than the limit.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0))
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENXIO, errno.EISDIR, errno.ENAMETOOLONG):
            raise FileNotFoundError(str(path)) from None
        raise
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise FileNotFoundError(str(path))
        if found.st_size > limit:
            raise ValueError(f"{found.st_size:,} bytes, more than the {limit:,} that are read")
        return file.read()


def write_through(path: Path, content: bytes) -> None:
    """Write a file and see that it is on disk."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def link_new(file: Path, target: Path) -> bool:
    """Give a file a second name unless that is taken; where there are no links, write it anew under that name."""
    try:
        target.hardlink_to(file)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        try:
            with target.open("xb") as written:
                written.write(file.read_bytes())
                written.flush()
                os.fsync(written.fileno())
        except FileExistsError:
            return False
    return True


def flush_folder(folder: Path) -> None:
    """See that the names in a folder are on disk."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def drop_empty(folders: Sequence[Path]) -> None:
    """Remove those folders that are empty, the deepest first."""
    for folder in sorted(folders, key=lambda path: len(path.parts), reverse=True):
        with suppress(OSError):  # not empty, or gone already
            folder.rmdir()


def make_folder(folder: Path, missing: Sequence[Path]) -> None:
    """Make a folder, and see that the names of all folders that were missing are on disk."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in missing:
        flush_folder(path.parent)


def missing_above(target: Path) -> list[Path]:
    """List the folders above a path that are not there, the nearest first."""
    return [folder for folder in (target.parent, *target.parent.parents) if not folder.exists()]


def place_within(root: Path, path: str) -> Path:
    """Return where a path of an archive is on disk.

    Raises
    ------
    StorageError
        When the path leads out of the archive, or by way of a link.
    """
    target = root / check_inside(path)
    folder = os.path.realpath(target.parent)
    if folder != os.path.realpath(root) + (f"/{path.rpartition('/')[0]}" if "/" in path else ""):
        hint = "Within an archive no link is followed: put the folder itself there."
        raise storage_error(str(target.parent), "a link to somewhere else", hint)
    return target


def read_all(read: Callable[[str, int], bytes], paths: Sequence[str], limit: int) -> Iterator[tuple[str, bytes]]:
    """Read files one after the other; those that are not there, or larger than the limit, are left out."""
    for path in paths:
        with suppress(FileNotFoundError, ValueError):
            yield path, read(path, limit)

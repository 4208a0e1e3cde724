"""Writes a report's folder whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from reportgen.errors import Problem, UnexpectedError


def write_folder(target: Path, files: Mapping[str, bytes]) -> None:
    """Write files into a new folder beside the target, flush them to disk, and move it into place.

    Parameters
    ----------
    target : Path
        The folder; one that is there already is replaced.
    files : mapping
        Content by file name.

    Raises
    ------
    UnexpectedError
        When the disk is full or the place cannot be written to; what was there before is left as it was.
    """
    made = [folder for folder in (target.parent, *target.parent.parents) if not folder.exists()]
    fresh = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=".writing-", dir=target.parent))
        fresh.chmod(0o755)
        for name, content in files.items():
            _write_file(fresh / name, content)
        _move_into_place(fresh, target)
    except BaseException as error:  # an interruption must leave no more behind than a full disk does
        _clear_away(fresh, made)
        if not isinstance(error, OSError):
            raise
        came = error.strerror or str(error)
        hint = "Free some space, or name another folder with --output."
        raise UnexpectedError(Problem(str(target), "output", "a folder that can be written to", came, hint)) from None


def _clear_away(fresh: Path | None, made: Sequence[Path]) -> None:
    if fresh is not None:
        shutil.rmtree(fresh, ignore_errors=True)
    for folder in made:
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


def _write_file(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _move_into_place(fresh: Path, target: Path) -> None:
    if not target.exists():
        fresh.rename(target)
        return
    old = Path(tempfile.mkdtemp(prefix=".replaced-", dir=target.parent))
    try:
        target.rename(old / target.name)
        fresh.rename(target)
    except BaseException:
        if not target.exists():
            (old / target.name).rename(target)
        old.rmdir()
        raise
    shutil.rmtree(old, ignore_errors=True)

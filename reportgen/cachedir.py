"""A private folder of what can be made anew at any time: limited in size, and nothing in it is half written."""

from __future__ import annotations

import os
import re
import shutil
import stat
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from reportgen.locks import lock_folder, unlock
from reportgen.tempdirs import content_of, make_marked, remove_marked, sweep

VARIABLE = "REPORTGEN_CACHE"
"""Names another folder than the usual one, or says ``off``."""
LIMIT = 2_000_000_000
"""Bytes that are kept; what was not used for longest goes first."""
_KEY = re.compile("[0-9a-f]{32}")
_UNFINISHED = "tmp*"


@dataclass(frozen=True, slots=True)
class CacheDir:
    """A cache in a folder.

    Attributes
    ----------
    folder : Path
        It need not be there.
    limit : int
        Bytes that are kept.
    """

    folder: Path
    limit: int = LIMIT

    def find(self, key: str) -> Path | None:
        """Return the folder of an entry, which is used now; None when there is none, or the cache is not private."""
        entry = self.folder / key
        if not self._is_private() or not entry.is_dir():
            return None
        with suppress(OSError):
            os.utime(entry)
        return entry

    def keep(self, key: str, write: Callable[[Path], None]) -> None:
        """Keep an entry, whole or not at all; what then is too much goes.

        Parameters
        ----------
        key : str
            32 hex digits.
        write : callable
            Writes its files into an empty folder.

        Raises
        ------
        OSError
            When there is no private folder that can be written to.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self._is_private():
            raise PermissionError(f"{self.folder} is not this user's alone")
        for left in self.folder.glob(_UNFINISHED):
            with suppress(OSError):
                sweep(left)
        marked = make_marked(self.folder)
        lock = lock_folder(marked, refusal=OSError)
        try:
            content = content_of(marked)
            write(content)
            if _size_of(content) <= self.limit and not (self.folder / key).exists():
                content.rename(self.folder / key)
        finally:
            with suppress(OSError):
                remove_marked(marked)
            unlock(lock)
        self._make_room()

    def drop(self, key: str) -> None:
        """Remove an entry, if it is there."""
        shutil.rmtree(self.folder / key, ignore_errors=True)

    def list_sizes(self) -> dict[str, int]:
        """List the entries with their bytes, the one that was used last first."""
        entries = [path for path in self._entries() if path.is_dir()]
        entries.sort(key=lambda path: (-path.stat().st_mtime_ns, path.name))
        return {path.name: _size_of(path) for path in entries}

    def clear(self) -> int:
        """Remove every entry, also one on its way in; return how many there were."""
        sizes = self.list_sizes()
        for key in sizes:
            self.drop(key)
        for left in self.folder.glob(_UNFINISHED):
            with suppress(OSError):
                sweep(left)
        return len(sizes)

    def _entries(self) -> list[Path]:
        if not self.folder.is_dir():
            return []
        return [path for path in self.folder.iterdir() if _KEY.fullmatch(path.name)]

    def _make_room(self) -> None:
        total = 0
        for key, size in self.list_sizes().items():
            total += size
            if total > self.limit:
                self.drop(key)

    def _is_private(self) -> bool:
        """Tell whether the folder is this user's alone, itself and not by way of a link."""
        try:
            found = self.folder.lstat()
        except OSError:
            return False
        if not hasattr(os, "getuid"):  # pragma: no cover - Windows keeps it in the user's own profile
            return stat.S_ISDIR(found.st_mode)
        return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077


def usual_cache() -> CacheDir | None:
    """Return this user's cache; None when the environment says that there is none."""
    stated = os.environ.get(VARIABLE, "")
    if stated.lower() == "off":
        return None
    if stated:
        return CacheDir(Path(stated))
    from platformdirs import user_cache_path  # noqa: PLC0415 - only where nothing is stated

    return CacheDir(user_cache_path("reportgen", appauthor=False))


def _size_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())

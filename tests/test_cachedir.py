"""What is kept is private, whole, and never more than was allowed."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from reportgen.cachedir import VARIABLE, CacheDir, usual_cache
from tests.conftest import ROOT

FIRST, SECOND, THIRD = (f"{number:032x}" for number in (1, 2, 3))


def write(size: int, folder: Path) -> None:
    """Write an entry of a size."""
    (folder / "content").write_bytes(bytes(size))


def keep(cache: CacheDir, key: str, size: int = 10) -> None:
    """Keep an entry of a size."""
    cache.keep(key, lambda folder: write(size, folder))


def names_in(cache: CacheDir) -> list[str]:
    """Return what stands in the folder."""
    return [path.name for path in cache.folder.iterdir()]


def use_at(cache: CacheDir, key: str, seconds: int) -> None:
    """Set when an entry was used last."""
    os.utime(cache.folder / key, (seconds, seconds))


@pytest.fixture
def cache(tmp_path: Path) -> CacheDir:
    """Make a cache that is not there yet and may hold 100 bytes."""
    return CacheDir(tmp_path / "one" / "two", limit=100)


def test_what_is_kept_is_found(cache: CacheDir) -> None:
    """An entry is found by its key alone, with what was written; of two under one key the first stays."""
    assert cache.find(FIRST) is None
    keep(cache, FIRST, 7)
    keep(cache, FIRST, 8)
    found = cache.find(FIRST)
    assert found is not None
    assert (found / "content").read_bytes() == bytes(7)
    assert cache.find(SECOND) is None
    assert names_in(cache) == [FIRST]


def test_it_is_this_users_alone(cache: CacheDir) -> None:
    """Nobody else may look into the folder; one that others may look into is neither read nor written."""
    keep(cache, FIRST)
    assert stat.S_IMODE(cache.folder.stat().st_mode) == 0o700
    cache.folder.chmod(0o755)
    assert cache.find(FIRST) is None
    with pytest.raises(PermissionError):
        keep(cache, SECOND)
    cache.folder.chmod(0o700)
    assert cache.find(FIRST) is not None


def test_a_link_is_no_cache(cache: CacheDir, tmp_path: Path) -> None:
    """A link in the folder's place could lead anywhere."""
    keep(cache, FIRST)
    (tmp_path / "link").symlink_to(cache.folder)
    assert CacheDir(tmp_path / "link").find(FIRST) is None


def test_what_cannot_be_written_leaves_nothing(cache: CacheDir) -> None:
    """An entry is there whole or not at all."""

    def fail(folder: Path) -> None:
        write(5, folder)
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        cache.keep(FIRST, fail)
    assert names_in(cache) == []


def test_what_was_not_used_for_longest_goes_first(cache: CacheDir) -> None:
    """A third entry that is too much takes the place of the one that was used before the other."""
    keep(cache, FIRST, 40)
    keep(cache, SECOND, 40)
    use_at(cache, FIRST, 2_000)
    use_at(cache, SECOND, 1_000)
    keep(cache, THIRD, 40)
    assert set(cache.list_sizes()) == {FIRST, THIRD}
    use_at(cache, FIRST, 1_000)
    use_at(cache, THIRD, 2_000)
    assert cache.find(FIRST) is not None
    assert list(cache.list_sizes()) == [FIRST, THIRD]


def test_one_that_is_too_large_is_not_kept(cache: CacheDir) -> None:
    """Nor does it take the place of others."""
    keep(cache, FIRST, 50)
    keep(cache, SECOND, 101)
    assert cache.list_sizes() == {FIRST: 50}


def test_clearing_removes_entries_alone(cache: CacheDir) -> None:
    """What somebody has put beside them stays."""
    assert cache.clear() == 0
    keep(cache, FIRST)
    keep(cache, SECOND)
    (cache.folder / "notes.txt").write_text("mine", encoding="utf-8")
    assert cache.clear() == 2
    assert names_in(cache) == ["notes.txt"]


def test_a_killed_process_leaves_nothing_for_long(cache: CacheDir) -> None:
    """What a process had half written when it was killed is no entry, and the next one to keep something removes it."""
    program = (
        "import os, signal, sys; from pathlib import Path; from reportgen.cachedir import CacheDir\n"
        "def write(folder):\n"
        "    (folder / 'content').write_bytes(b'half'); os.kill(os.getpid(), signal.SIGKILL)\n"
        f"CacheDir(Path(sys.argv[1]), 100).keep('{FIRST}', write)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", program, str(cache.folder)], env=environment, check=False)
    assert done.returncode == -9
    assert len(names_in(cache)) == 1
    assert cache.find(FIRST) is None
    assert cache.list_sizes() == {}
    keep(cache, SECOND)
    assert names_in(cache) == [SECOND]


def test_the_environment_says_where(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It names a folder, or says that there is none; otherwise it is the one that this system has for caches."""
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    assert usual_cache() == CacheDir(tmp_path)
    monkeypatch.setenv(VARIABLE, "Off")
    assert usual_cache() is None
    monkeypatch.delenv(VARIABLE)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    found = usual_cache()
    assert found is not None
    assert found.folder.name == "reportgen"

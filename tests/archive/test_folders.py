"""A report's folder must be there whole or not at all, and what was there before must outlive every failure."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from reportgen.archive.folders import write_folder
from reportgen.errors import UnexpectedError

FILES = {"facts.json": b"{}", "report.html": b"<p>new</p>"}


def tree(folder: Path) -> dict[str, bytes | None]:
    """Return everything below a folder: files with their content, folders with None."""
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


def full_disk(*_: object) -> None:
    """Fail as a full disk does."""
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture
def old(tmp_path: Path) -> dict[str, bytes | None]:
    """Put an older report where the new one shall go, and return everything that is there."""
    (tmp_path / "shop" / "2026-01").mkdir(parents=True)
    (tmp_path / "shop" / "2026-01" / "report.html").write_bytes(b"<p>old</p>")
    return tree(tmp_path)


def test_a_folder_is_made_with_its_parents(tmp_path: Path) -> None:
    """All files are there with their bytes, nothing else is, and others may read them."""
    write_folder(tmp_path / "shop" / "all" / "2026-01", FILES)
    expected = {f"shop/all/2026-01/{name}": content for name, content in FILES.items()}
    assert tree(tmp_path) == {"shop": None, "shop/all": None, "shop/all/2026-01": None, **expected}
    assert (tmp_path / "shop" / "all" / "2026-01").stat().st_mode & 0o777 == 0o755


def test_an_older_folder_is_replaced_whole(tmp_path: Path, old: dict[str, bytes | None]) -> None:
    """Files of an older report that the new one does not have are gone."""
    write_folder(tmp_path / "shop" / "2026-01", {"facts.json": b"{}"})
    assert tree(tmp_path) == {"shop": None, "shop/2026-01": None, "shop/2026-01/facts.json": b"{}"}
    assert tree(tmp_path) != old


def test_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When writing fails neither a file nor a folder that was made for it stays, and one problem is told."""
    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(UnexpectedError) as caught:
        write_folder(tmp_path / "shop" / "all" / "2026-01", FILES)
    assert tree(tmp_path) == {}
    (problem,) = caught.value.problems
    assert problem.place == str(tmp_path / "shop" / "all" / "2026-01")
    assert problem.came == "No space left on device"
    assert "--output" in problem.hint


def test_a_full_disk_keeps_the_older_folder(
    tmp_path: Path, old: dict[str, bytes | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """When writing fails the older report is as it was."""
    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(UnexpectedError):
        write_folder(tmp_path / "shop" / "2026-01", FILES)
    assert tree(tmp_path) == old


@pytest.mark.parametrize("fails_at", [1, 2])
def test_a_failed_move_keeps_the_older_folder(
    tmp_path: Path, old: dict[str, bytes | None], monkeypatch: pytest.MonkeyPatch, fails_at: int
) -> None:
    """When either of the two moves fails the older report is back in its place, and nothing lies beside it."""
    moves: list[Path] = []
    rename = Path.rename

    def fail_once(self: Path, target: Path) -> Path:
        moves.append(self)
        if len(moves) == fails_at:
            raise PermissionError(errno.EACCES, "Permission denied")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail_once)
    with pytest.raises(UnexpectedError, match="Permission denied"):
        write_folder(tmp_path / "shop" / "2026-01", FILES)
    assert tree(tmp_path) == old


def test_an_interruption_leaves_nothing(
    tmp_path: Path, old: dict[str, bytes | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C in the middle of writing goes on up, and leaves no half-written folder."""

    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_folder(tmp_path / "shop" / "2026-01", FILES)
    assert tree(tmp_path) == old


def test_a_file_in_the_way_is_told_and_kept(tmp_path: Path) -> None:
    """Where a file has the name of a folder that is needed, one clear problem is told and the file stays."""
    (tmp_path / "shop").write_bytes(b"mine")
    with pytest.raises(UnexpectedError) as caught:
        write_folder(tmp_path / "shop" / "all" / "2026-01", FILES)
    assert len(caught.value.problems) == 1
    assert "expected a folder that can be written to, got " in str(caught.value)
    assert tree(tmp_path) == {"shop": b"mine"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_to_is_told(tmp_path: Path) -> None:
    """A read-only parent is one clear problem."""
    tmp_path.chmod(0o555)
    with pytest.raises(UnexpectedError, match="Permission denied"):
        write_folder(tmp_path / "2026-01", FILES)
    tmp_path.chmod(0o755)
    assert tree(tmp_path) == {}

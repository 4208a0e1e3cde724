"""Lines that were kept are those of the files, or they are not used."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reportgen.cachedir import CacheDir
from reportgen.config.lines import CleansingOptions, ColumnOptions, SourceOptions
from reportgen.lines.sources import open as opening
from reportgen.lines.sources.cached import DECIDED_LATER, LEAST_BYTES, LinesCache
from tests.conftest import ROOT
from tests.lines.conftest import HEADINGS, Opened

Read = Callable[..., Opened]
TEXT = """order,customer,date,quantity,price,code,name,Shop,Status
1,ann,2026-01-05,2,1.50,C1,Cup,Bath,paid
1,ann,2026-01-05,1,99999999.99,P1,Plate,Bath,paid
2,bob,2026-02-30,1,2,C1,Cup,Leeds,cancelled
3,,2026-02-03,-3,0.001,C1,Cup,,paid
4,eve,2026-02-04,many,1,C1,Cup,Leeds,paid
5,too,short
"""
STORES = {**HEADINGS, "store": "Shop"}


@pytest.fixture
def kept(tmp_path: Path) -> LinesCache:
    """Make a cache that keeps files of any size."""
    return LinesCache(CacheDir(tmp_path / "cache"), least_bytes=0)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Write a file with lines of every fate."""
    path = tmp_path / "lines.csv"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture
def times_read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note each time that files are read."""
    times: list[str] = []
    load = opening.load_parts

    def note(*arguments: Any) -> Any:
        times.append("read")
        return load(*arguments)

    monkeypatch.setattr(opening, "load_parts", note)
    return times


def lines_of(kept: LinesCache) -> Path:
    """Return the only file of kept lines."""
    (found,) = kept.place.folder.glob("*/lines.parquet")
    return found


def test_kept_lines_are_the_files_own(kept: LinesCache, path: Path, read_path: Read, times_read: list[str]) -> None:
    """What is taken from the cache is equal in everything to what the file gives, and the file is read once."""
    without = read_path(path, STORES)
    first, second = (read_path(path, STORES, kept=kept) for _ in range(2))
    assert first == without
    assert second == without
    assert len(without.rows) == 5
    assert without.malformed.count == 1
    assert len(times_read) == 2


def test_a_changed_file_is_read_anew(kept: LinesCache, path: Path, read_path: Read, times_read: list[str]) -> None:
    """One sign in its middle suffices, though size and time are as they were."""
    before, state = read_path(path, kept=kept), path.stat()
    path.write_text(TEXT.replace("Plate", "Plane"), encoding="utf-8")
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
    after = read_path(path, kept=kept)
    assert path.stat().st_size == state.st_size
    assert "Plane" in after.column("product_name")
    assert after != before
    assert len(times_read) == 2


@pytest.mark.parametrize(
    "other",
    [
        {"columns": STORES},
        {"decimal": ","},
        {"cleansing": CleansingOptions(leave_out={"Status": ("cancelled",)})},
        {"cleansing": CleansingOptions(alike_customers="merge")},
        {"cleansing": CleansingOptions(order_per=("day",))},
    ],
)
def test_another_reading_is_another_entry(
    other: dict[str, Any], kept: LinesCache, path: Path, read_path: Read, times_read: list[str]
) -> None:
    """Options that decide how lines are read are part of what tells them apart."""
    read_path(path, kept=kept)
    assert read_path(path, kept=kept, **other) == read_path(path, **other)
    assert len(times_read) == 3


def test_what_is_decided_later_needs_no_reading(
    kept: LinesCache, path: Path, read_path: Read, times_read: list[str]
) -> None:
    """A run with other options of that kind, such as returns, begins with the same lines."""
    later = CleansingOptions(returns="net", cancelled_prefix="C", zero_price="drop", duplicates="drop")
    read_path(path, kept=kept)
    assert read_path(path, cleansing=later, kept=kept) == read_path(path)
    assert len(times_read) == 2


def test_what_is_decided_later_is_unknown_to_reading() -> None:
    """No module that reads files asks for an option that the key of kept lines leaves out."""
    texts = {file: file.read_text(encoding="utf-8") for file in (ROOT / "reportgen/lines/sources").glob("*.py")}
    asked = re.compile(rf"cleansing\.({'|'.join(DECIDED_LATER)})\b")
    assert set(DECIDED_LATER) < set(CleansingOptions.model_fields)
    assert [file.name for file, text in texts.items() if asked.search(text)] == []


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    "damage",
    [
        _flip,
        lambda lines: lines.write_bytes(lines.read_bytes()[:-10]),
        lambda lines: lines.unlink(),
        lambda lines: (lines.parent / "source.json").write_text("{"),
        lambda lines: (lines.parent / "source.json").write_text('{"sha256": "00"}'),
    ],
)
def test_damage_is_made_good(
    damage: Callable[[Path], object], kept: LinesCache, path: Path, read_path: Read, times_read: list[str]
) -> None:
    """Kept lines that are not as they were kept are read anew, and kept anew."""
    whole = read_path(path, kept=kept)
    damage(lines_of(kept))
    assert read_path(path, kept=kept) == whole
    assert read_path(path, kept=kept) == whole
    assert len(times_read) == 2


def test_small_files_are_not_kept(path: Path, read_path: Read, tmp_path: Path) -> None:
    """They are read as quickly."""
    kept = LinesCache(CacheDir(tmp_path / "cache"))
    assert path.stat().st_size < LEAST_BYTES
    read_path(path, kept=kept)
    assert not kept.place.folder.exists()


def test_a_place_that_cannot_be_used_is_done_without(path: Path, read_path: Read, tmp_path: Path) -> None:
    """Where nothing can be kept the file is read, and nobody is troubled."""
    (tmp_path / "cache").write_text("a file", encoding="utf-8")
    kept = LinesCache(CacheDir(tmp_path / "cache"), least_bytes=0)
    assert read_path(path, kept=kept) == read_path(path)


def test_a_run_that_fails_keeps_nothing(path: Path, kept: LinesCache) -> None:
    """Lines are kept when the block that uses them ends well."""
    source = SourceOptions(path=str(path))
    with (
        pytest.raises(ZeroDivisionError),
        opening.open_source(source, ColumnOptions(**HEADINGS), (), opening=opening.OpenOptions(kept)),
    ):
        raise ZeroDivisionError
    assert not kept.place.folder.exists()

"""What comes from outside packed is opened in a process of its own, with limits, and one clear message."""

from __future__ import annotations

import csv
import gzip
import json
import os
import zipfile
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import zstandard

from reportgen.errors import DataError
from reportgen.lines.sources import child, limited
from reportgen.lines.sources.limited import run_child


def workbook(path: Path, rows: list[list[Any]], **cells: Any) -> Path:
    """Write a workbook."""
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    for name, value in cells.items():
        book.active[name] = value
    book.save(path)
    return path


def repack(path: Path, part: str, before: str, after: str) -> Path:
    """Change the text of one part of a workbook."""
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    assert before.encode() in parts[part]
    parts[part] = parts[part].replace(before.encode(), after.encode())
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts.items():
            book.writestr(name, content)
    return path


FIRST = json.dumps({"sheet": None, "wanted": []})


def refuse(task: Any, path: Path, option: str = FIRST) -> str:
    """Return the one line that a file is refused with."""
    with pytest.raises(DataError) as caught:
        run_child(task, option, path, path.parent / "target")
    message = str(caught.value)
    assert "\n" not in message
    return message


@pytest.mark.parametrize("kind", ["gzip", "zstd"])
def test_a_packed_file_is_unpacked_or_refused(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was packed comes out; what breaks off, is no such file, or unpacks to too much is refused."""
    text = os.urandom(2_000_000)
    pack = gzip.compress if kind == "gzip" else zstandard.compress
    path = tmp_path / "x"
    path.write_bytes(pack(text))
    assert run_child("unpack", kind, path, tmp_path / "target") == {"bytes": 2_000_000}
    assert (tmp_path / "target").read_bytes() == text
    path.write_bytes(pack(text)[:-9])
    assert "damaged or cut short" in refuse("unpack", path, kind)
    path.write_bytes(pack(b"")[:4] + b"no such thing at all")
    assert "damaged or cut short" in refuse("unpack", path, kind)
    monkeypatch.setattr(limited, "_LEAST_UNPACKED", 1_000_000)
    path.write_bytes(pack(b"x" * 1_500_000))
    assert "one that unpacks to more than 0.0 GB" in refuse("unpack", path, kind)


def test_a_cell_far_from_the_table_is_told(tmp_path: Path) -> None:
    """A sheet that one stray cell makes larger than memory is one message, and this process lives on."""
    message = refuse("workbook", workbook(tmp_path / "x.xlsx", [["a"], [1]], XFD1048576="stray"))
    assert "A cell far from the table makes a sheet that large" in message


@pytest.mark.parametrize("reference", ["!", "ZZZZZZZZZ99999999999"])
def test_a_broken_workbook_is_told(tmp_path: Path, reference: str) -> None:
    """References that panic the reader end the child alone."""
    path = workbook(tmp_path / "x.xlsx", [["a", "b"], [1, 2]])
    repack(path, "xl/worksheets/sheet1.xml", 'r="A1"', f'r="{reference}"')
    assert "cannot be read" in refuse("workbook", path)


def test_a_workbook_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A workbook that says it unpacks to too much is not opened; nor is a sheet of too many cells."""
    monkeypatch.setattr(limited, "_LEAST_UNPACKED", 1_000)
    monkeypatch.setattr(limited, "_MOST_RATIO", {"workbook": 0})
    assert "one that unpacks to 0.0 GB, more than" in refuse("workbook", workbook(tmp_path / "x.xlsx", [["a"]]))
    monkeypatch.undo()
    monkeypatch.setattr(child, "MAX_CELLS", 3)
    with pytest.raises(child.Refused, match="of 2 rows and 2 columns"):
        child.copy_sheets(
            {"sheet": None, "wanted": []},
            workbook(tmp_path / "y.xlsx", [["a", "b"], [1, 2]]),
            tmp_path / "target",
            10**9,
        )


def test_a_child_that_takes_too_long_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Time is limited too."""
    monkeypatch.setattr(limited, "_SECONDS", 0)
    monkeypatch.setattr(limited, "_SECONDS_PER_MB", 0)
    assert "one that takes longer than 0 seconds to open" in refuse("workbook", workbook(tmp_path / "x.xlsx", [["a"]]))


def test_cells_become_texts(tmp_path: Path) -> None:
    """Whole numbers lose their point, dates are ISO, durations of any length and sign are told, empty rows left out."""
    rows = [
        ["id", "at", "long"],
        [17850.0, datetime(2026, 1, 2, 3, 4, 5), timedelta(hours=30)],
        [None] * 3,
        [True, time(3, 4), 0.1],
    ]
    asked = json.dumps({"sheet": "Sheet", "wanted": ["at"]})
    said = run_child("workbook", asked, workbook(tmp_path / "x.xlsx", rows), tmp_path / "target")
    assert said == {
        "known": ["Sheet"],
        "sheets": ["Sheet"],
        "others": [],
        "headings": ["id", "at", "long"],
        "rows": 2,
        "above": 0,
    }
    with (tmp_path / "target").open(newline="", encoding="utf-8") as target:
        assert list(csv.reader(target)) == [
            ["\x1f17850", "2026-01-02 03:04:05", "30:00:00"],
            ["TRUE", "03:04:00", "\x1f0.1"],
        ]
    texts = [
        child.text_of(value) for value in (timedelta(hours=-12), timedelta(days=100), 1e300, float("nan"), None, "")
    ]
    assert texts == ["-12:00:00", "2400:00:00", "1e+300", "nan", None, None]


def test_line_ends_within_cells_stay_within_them(tmp_path: Path) -> None:
    """A carriage return in a cell, as Excel writes it, ends no row."""
    path = workbook(tmp_path / "x.xlsx", [["a", "b"], ["CR", "x"]])
    repack(path, "xl/worksheets/sheet1.xml", "<t>CR</t>", "<t>one_x000D_two</t>")
    assert run_child("workbook", FIRST, path, tmp_path / "target")["rows"] == 1
    with (tmp_path / "target").open(newline="", encoding="utf-8") as target:
        ((cell, other),) = csv.reader(target)
    assert (cell.startswith("one"), cell.endswith("two"), other) == (True, True, "x")


def test_the_sheets_are_named_when_one_is_not_there(tmp_path: Path) -> None:
    """A sheet that is asked for and missing is answered with those that there are."""
    asked = json.dumps({"sheet": "Orders", "wanted": []})
    said = run_child("workbook", asked, workbook(tmp_path / "x.xlsx", [["a"]]), tmp_path / "target")
    assert said == {"known": ["Sheet"]}

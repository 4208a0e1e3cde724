"""Tests of what is told of a source before any of its lines is read."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from reportgen.config.lines import SourceOptions
from reportgen.errors import DataError
from reportgen.lines.sources.probe import probe_source


def test_files_are_counted(tmp_path: Path) -> None:
    """Of files it is told how many there are and how large they are."""
    for n in range(2):
        (tmp_path / f"{n}.csv").write_bytes(b"a,b\n" * 50_000)
    assert probe_source(SourceOptions(path=str(tmp_path / "*.csv")), None).endswith("*.csv: 2 files, 0.4 MB")


def test_a_delta_table_is_opened(tmp_path: Path) -> None:
    """Of a Delta table its columns are counted, and one whose log is damaged is a fault."""
    deltalake = pytest.importorskip("deltalake")
    deltalake.write_deltalake(str(tmp_path / "lines"), pa.table({"no": ["1"], "who": ["a"], "qty": [1]}))
    source = SourceOptions(path=str(tmp_path / "lines"))
    assert probe_source(source, None).endswith("lines: a Delta table of 3 columns")
    (log,) = (tmp_path / "lines" / "_delta_log").glob("*.json")
    log.write_text("{", encoding="utf-8")
    with pytest.raises(DataError, match="a Delta table that can be read"):
        probe_source(source, None)

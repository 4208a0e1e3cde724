"""Workbooks, Parquet and packed files, whole and broken: read as they are, or refused with one clear message."""

from __future__ import annotations

import gzip
import io
import json
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import xlwt
import zstandard
from hypothesis import currently_in_test_context, example, given, note
from hypothesis import strategies as st

from tests.fuzz.common import Ended, fuzzing, new_folder, run_command
from tests.fuzz.tables import HEADINGS, LAST_DAY, QUICK, Dialect, Line, Truth, told_by, truth_of, write_config

Rows = list[list[Any]]


@cache
def plain_lines() -> tuple[Line, ...]:
    """Make 70 lines of 35 customers in March 2026."""
    day = [date(2026, 3, 1 + n % 30) for n in range(69)]
    made = [
        Line(f"o{n}", f"c{n % 35:02}", day[n], f"Item {n % 7}", 1 + n % 4, Decimal(250 + n * 25).scaleb(-2))
        for n in range(69)
    ]
    return (*made, Line("last", "c00", LAST_DAY, "Tea", 1, Decimal("1.00")))


def rows_of(lines: tuple[Line, ...]) -> Rows:
    """Write lines as rows of a sheet, the headings first."""
    cells: Rows = [[line.order, line.customer, line.day, line.name, line.quantity, float(line.price)] for line in lines]
    return [list(HEADINGS), *cells]


def write_xlsx(rows: Rows) -> bytes:
    """Write rows as a workbook."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def write_xls(rows: Rows) -> bytes:
    """Write rows as a workbook of the old kind."""
    book = xlwt.Workbook()
    sheet, style = book.add_sheet("lines"), xlwt.easyxf(num_format_str="YYYY-MM-DD")
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            sheet.write(at, column, cell, style if isinstance(cell, date) else xlwt.Style.default_style)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def write_text(lines: tuple[Line, ...]) -> bytes:
    """Write lines as CSV."""
    dialect = Dialect()
    return ("\n".join(dialect.join(cells) for cells in ([*HEADINGS], *map(dialect.cells_of, lines))) + "\n").encode()


def run_file(folder: Path, name: str, content: bytes, *more: str) -> Ended:
    """Write a source and make its report."""
    if currently_in_test_context():
        note(f"{name}: {content[:200]!r}")
    (folder / name).write_bytes(content)
    ended = run_command("run", write_config(folder, name), "--output", folder / "out", *QUICK, *more)
    ended.check(0, 2, 3)
    lines = [line for line in ended.stderr.splitlines() if line.strip()]
    assert bool(lines) == (ended.code != 0), ended.stderr
    assert all(": expected " in line for line in lines), ended.stderr
    assert all(line.isprintable() for line in lines), ended.stderr
    return ended


def told_in(ended: Ended) -> Truth:
    """Return what the report says."""
    (run,) = json.loads(ended.stdout)["runs"]
    return told_by(json.loads((Path(run["path"]) / "facts.json").read_text(encoding="utf-8")))


def check_counts(ended: Ended, most: int) -> None:
    """Check that a report of broken data does not tell of more lines than there are, and that its counts add up."""
    if ended.code == 0:
        told = told_in(ended)
        assert told.read == told.kept + sum(told.dropped.values()) <= most


def test_whole_files_are_read_alike() -> None:
    """The same lines as workbooks, as Parquet and packed give the same figures."""
    lines = plain_lines()
    frame = pd.DataFrame(rows_of(lines)[1:], columns=list(HEADINGS))
    text, parquet = write_text(lines), io.BytesIO()
    frame.to_parquet(parquet)
    for name, content in {
        "lines.xlsx": write_xlsx(rows_of(lines)),
        "lines.xls": write_xls(rows_of(lines)),
        "lines.parquet": parquet.getvalue(),
        "lines.csv.gz": gzip.compress(text[:900]) + gzip.compress(text[900:]),
        "lines.csv.zst": zstandard.compress(text[:900]) + zstandard.compress(text[900:]),
    }.items():
        with new_folder() as folder:
            ended = run_file(folder, name, content)
            ended.check(0)
            assert told_in(ended) == truth_of(list(lines)), name


ODD_CELLS = st.sampled_from((
    *(None, "", " ", True, False, 0, -1, 1e300, 1e-300, 2**53, 0.1 + 0.2, "=1/0", "#N/A", "#REF!", "a\nb", "x" * 32_000),
    *(datetime(1900, 1, 1), datetime(9999, 12, 31, 23, 59, 59), date(1899, 12, 31), time(23, 59, 59), timedelta(days=-3)),
    *(timedelta(days=40_000), "_x000D_", "\ufeff", "\ud83d\ude00", '"', ",", "12,50", "2026-03-05", "05/03/2026"),
))  # fmt: skip


@fuzzing(3)
@example(edits=[(5, 3, "_x000D_")])
@given(edits=st.lists(st.tuples(st.integers(0, 70), st.integers(0, 8), ODD_CELLS), max_size=8))
def test_cells_of_every_type(edits: list[tuple[int, int, Any]]) -> None:
    """Whatever stands in some cells, the lines are kept or told; rows that are all empty are none."""
    rows = rows_of(plain_lines())
    for at, column, cell in edits:
        rows[at] += [None] * (column + 1 - len(rows[at]))
        rows[at][column] = cell.encode("utf-16", "surrogatepass").decode("utf-16") if isinstance(cell, str) else cell
    with new_folder() as folder:
        check_counts(run_file(folder, "lines.xlsx", write_xlsx(rows)), 70)


SHEET = "xl/worksheets/sheet1.xml"
Change = tuple[str, str, str]
CHANGES: tuple[Change, ...] = (
    (SHEET, r'<dimension ref="[^"]*" ?/>', '<dimension ref="A1:XFD1048576"/>'),
    (SHEET, r'<dimension ref="[^"]*" ?/>', '<dimension ref="ZZ99:A1"/>'),
    (SHEET, r'<dimension ref="[^"]*" ?/>', '<dimension ref="-1"/>'),
    (SHEET, r'r="C3"', 'r="XFD1048576"'),
    (SHEET, r'r="C3"', 'r="ZZZZZZZZZ99999999999999"'),
    (SHEET, r'r="C3"', 'r="3C"'),
    (SHEET, r'r="C3"', 'r=""'),
    (SHEET, r'r="B4"', 'r="A4"'),
    (SHEET, r'<row r="3"', '<row r="1048577"'),
    (SHEET, r'<row r="5"', '<row r="5" spans="1:99999999"'),
    (SHEET, r't="n"', 't="d"'),
    (SHEET, r't="n"', 't="e"'),
    (SHEET, r't="n"', 't="zz"'),
    (SHEET, r't="s"', 't="inlineStr"'),
    (SHEET, r't="s"', 't="n"'),
    (SHEET, r"<v>1</v>", "<v>99999999</v>"),
    (SHEET, r"<v>2</v>", "<v>-1</v>"),
    (SHEET, r"<v>3</v>", "<v>1e400</v>"),
    (SHEET, r"<v>3</v>", "<v>NaN</v>"),
    (SHEET, r"<v>3</v>", "<v>&#x1F600;&#55296;</v>"),
    (SHEET, r"<v>4\d+</v>", "<v>4000000000</v>"),
    (SHEET, r"<v>4\d+</v>", "<v>-7</v>"),
    (SHEET, r"<sheetData>", "<!DOCTYPE x [<!ENTITY a 'b'>]><sheetData>"),
    (SHEET, r"</sheetData>", ""),
    (SHEET, r"<sheetData>", "<sheetData>" + "<row/>" * 50_000),
    ("xl/sharedStrings.xml", r"<t>Tea</t>", "<t>" + "x" * 3_000_000 + "</t>"),
    ("xl/sharedStrings.xml", r"</sst>", ""),
    ("xl/sharedStrings.xml", r"<si>", "<si><r><rPh>", ),
    ("xl/styles.xml", r'numFmtId="\d+"', 'numFmtId="46"'),
    ("xl/styles.xml", r'numFmtId="\d+"', 'numFmtId="99999999999"'),
    ("xl/workbook.xml", r"<sheet ", "<sheet/><sheet "),
    ("xl/workbook.xml", r'name="Sheet"', 'name="&#27;[2J"'),
    ("xl/workbook.xml", r"<workbookPr ?/?>", '<workbookPr date1904="1"/>'),
    ("xl/_rels/workbook.xml.rels", r'Target="[^"]*"', 'Target="../../../../etc/passwd"'),
    ("xl/_rels/workbook.xml.rels", r'Id="rId1"', 'Id="rId9"'),
)  # fmt: skip


@cache
def _parts() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(write_xlsx(rows_of(plain_lines())))) as book:
        return {name: book.read(name) for name in book.namelist()}


@fuzzing(4)
@given(
    changes=st.lists(st.sampled_from(CHANGES), max_size=3),
    dropped=st.sets(st.sampled_from(sorted(_parts())), max_size=1),
    is_once=st.booleans(),
    padding=st.sampled_from((0, 0, 0, 3_000_000)),
)
def test_a_workbook_with_broken_parts(changes: list[Change], dropped: set[str], is_once: bool, padding: int) -> None:
    """References, types, dates and parts that are not what they should be: read or refused, in bounds."""
    parts = {name: part for name, part in _parts().items() if name not in dropped}
    for name, pattern, by in changes:
        if name in parts:
            parts[name] = re.sub(pattern, by.replace("\\", "\\\\"), parts[name].decode(), count=int(is_once)).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for name, part in parts.items():
            book.writestr(name, part)
        if padding:
            book.writestr("xl/media/x.bin", b"\0" * padding)
    with new_folder() as folder:
        run_file(folder, "lines.xlsx", out.getvalue())


@st.composite
def bytes_like(draw: st.DrawFn, make: Callable[[], bytes]) -> bytes:
    """Change, cut, insert and append bytes of a file."""
    content = make()
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(content) - 1) | st.integers(0, min(len(content) - 1, 40)))
        kind = draw(st.sampled_from(("flip", "flip", "flip", "cut", "insert", "append", "zero")))
        if kind == "flip":
            content = content[:at] + bytes([content[at] ^ draw(st.integers(1, 255))]) + content[at + 1 :]
        elif kind == "cut":
            content = content[: max(at, 8)]
        elif kind == "insert":
            content = content[:at] + draw(st.binary(min_size=1, max_size=8)) + content[at:]
        elif kind == "append":
            content += draw(st.binary(min_size=1, max_size=8) | st.just(content))
        else:
            content = content[:at] + bytes(draw(st.integers(1, 64))) + content[at + 1 :]
    return content


@cache
def xlsx() -> bytes:
    """Write a workbook."""
    return write_xlsx(rows_of(plain_lines()))


@cache
def xls() -> bytes:
    """Write a workbook of the old kind."""
    return write_xls(rows_of(plain_lines()))


@cache
def parquet() -> bytes:
    """Write a Parquet file."""
    out = io.BytesIO()
    pd.DataFrame(rows_of(plain_lines())[1:], columns=list(HEADINGS)).to_parquet(out)
    return out.getvalue()


@cache
def packed() -> bytes:
    """Write CSV in three gzip members."""
    text = write_text(plain_lines())
    return gzip.compress(text[:500], mtime=0) + gzip.compress(b"") + gzip.compress(text[500:], mtime=0)


@cache
def packed_newly() -> bytes:
    """Write CSV in two Zstandard frames, the second with a checksum."""
    text = write_text(plain_lines())
    return zstandard.compress(text[:500]) + zstandard.ZstdCompressor(write_checksum=True).compress(text[500:])


KINDS: dict[str, Callable[[], bytes]] = {
    "lines.xlsx": xlsx,
    "lines.xls": xls,
    "lines.parquet": parquet,
    "lines.csv.gz": packed,
    "lines.csv.zst": packed_newly,
}


@st.composite
def broken_files(draw: st.DrawFn) -> tuple[str, bytes]:
    """Draw a kind of file, and change its bytes."""
    name = draw(st.sampled_from(sorted(KINDS)))
    return name, draw(bytes_like(KINDS[name]))


@fuzzing(5)
@given(broken=broken_files())
def test_a_file_with_changed_bytes(broken: tuple[str, bytes]) -> None:
    """Changed bytes are refused with one message, or the report's counts still add up."""
    with new_folder() as folder:
        ended = run_file(folder, *broken)
        if broken[0] not in ("lines.xls", "lines.xlsx"):  # a sheet that was changed may have any rows
            check_counts(ended, 10_000)


def _as_decimal(values: list[Any]) -> pa.Array:
    return pa.array([Decimal(str(value)) for value in values], pa.decimal128(38, 10))


TYPES: dict[str, Callable[[list[Any]], Any]] = {
    "as they are": pa.array,
    "texts": lambda values: pa.array([str(value) for value in values]),
    "bytes": lambda values: pa.array([str(value).encode() for value in values], pa.binary()),
    "no UTF-8": lambda values: pa.array([b"\xff\xfe" + str(value).encode() for value in values], pa.binary()),
    "dictionary": lambda values: pa.array([str(value) for value in values]).dictionary_encode(),
    "large texts": lambda values: pa.array([str(value) for value in values], pa.large_string()),
    "lists": lambda values: pa.array([[value] for value in values]),
    "structs": lambda values: pa.array([{"a": value, "b": None} for value in values]),
    "nulls": lambda values: pa.nulls(len(values)),
    "some nulls": lambda values: pa.array([None if n % 5 == 2 else value for n, value in enumerate(values)]),
    "booleans": lambda values: pa.array([n % 2 == 0 for n in range(len(values))]),
    "floats with NaN": lambda values: pa.array([float("nan") if n % 9 == 4 else n / 2 for n in range(len(values))]),
    "infinite": lambda values: pa.array([float("inf") if n % 9 == 4 else float(n) for n in range(len(values))]),
    "float32": lambda values: pa.array([n + 0.1 for n in range(len(values))], pa.float32()),
    "huge": lambda values: pa.array([2**63 + n for n in range(len(values))], pa.uint64()),
    "decimals": lambda values: _as_decimal(list(range(len(values)))),
    "timestamps": lambda values: pa.array([datetime(2026, 3, 1 + n % 31) for n in range(len(values))], pa.timestamp("ns")),
    "timestamps with zone": lambda values: pa.array([datetime(2026, 3, 1 + n % 31) for n in range(len(values))], pa.timestamp("us", "Asia/Tokyo")),
    "far timestamps": lambda values: pa.array([n * 10**12 for n in range(len(values))], pa.timestamp("s")),
    "dates": lambda values: pa.array([date(2026, 3, 1 + n % 31) for n in range(len(values))]),
    "times": lambda values: pa.array([time(n % 24) for n in range(len(values))]),
    "durations": lambda values: pa.array([timedelta(hours=n) for n in range(len(values))]),
}  # fmt: skip


@fuzzing(5)
@given(
    types=st.dictionaries(st.sampled_from(HEADINGS), st.sampled_from(sorted(TYPES)), max_size=3),
    headings=st.sampled_from((HEADINGS, HEADINGS, HEADINGS, (*HEADINGS[:5], "PRICE"), (*HEADINGS[:5], 'p"\0\n'))),
    compression=st.sampled_from(("snappy", "gzip", "zstd", "none")),
)
def test_parquet_of_every_type(types: dict[str, str], headings: tuple[str, ...], compression: str) -> None:
    """Columns of any type are read as what they mean, or refused; their lines are all accounted for."""
    columns = zip(*rows_of(plain_lines())[1:], strict=True)
    made = [TYPES[types.get(name, "as they are")](list(values)) for name, values in zip(HEADINGS, columns, strict=True)]
    out = io.BytesIO()
    pq.write_table(pa.table(made, names=list(headings)), out, compression=compression)
    with new_folder() as folder:
        ended = run_file(folder, "lines.parquet", out.getvalue(), "--set", "timezone=Asia/Tokyo")
        check_counts(ended, 70)
        if ended.code == 0 and not types and headings == HEADINGS:
            assert told_in(ended) == truth_of(list(plain_lines()))

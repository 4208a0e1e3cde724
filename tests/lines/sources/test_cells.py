"""Cells of a workbook and columns of Parquet keep their types: a number is a number, a text is judged as a text."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from reportgen.errors import DataError

HEAD = ["order", "customer", "date", "quantity", "price", "code", "name"]


def book(path: Path, *sheets: tuple[str, Sequence[Sequence[Any]]]) -> Path:
    """Write a workbook of some sheets."""
    written = openpyxl.Workbook()
    written.remove(written.worksheets[0])
    for name, rows in sheets:
        sheet = written.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    written.save(path)
    return path


def row(price: Any, n: int = 1, at: Any = datetime(2026, 1, 2)) -> list[Any]:
    """Make a row of one unit at a price."""
    return [f"A{n}", "ann", at, 1, price, "T1", "Teapot"]


def test_number_cells_have_no_decimal_mark(read_path: Any, tmp_path: Path) -> None:
    """With a stated decimal comma a number cell is what it is, and a text cell is read with the comma."""
    path = book(tmp_path / "x.xlsx", ("Sheet", [HEAD, row(1234.5), row("1.234,50", 2), row(7, 3)]))
    assert sorted(read_path(path, decimal=",").column("amount")) == [7, Decimal("1234.5"), Decimal("1234.5")]


def test_number_cells_prove_nothing_of_texts(read_path: Any, tmp_path: Path) -> None:
    """A text that can be read both ways is asked about, whatever number cells stand beside it."""
    path = book(tmp_path / "x.xlsx", ("Sheet", [HEAD, row(1234.5), row("1.525", 2)]))
    with pytest.raises(DataError, match=r"source\.decimal.*'1\.525', which can be read both ways"):
        read_path(path)
    assert sorted(read_path(path, decimal=".").column("amount")) == [Decimal("1.525"), Decimal("1234.5")]
    assert sorted(read_path(path, decimal=",").column("amount")) == [Decimal("1234.5"), Decimal(1525)]


def test_ids_names_and_dates_bear_no_mark(read_path: Any, tmp_path: Path) -> None:
    """Numbers in other columns are texts as they are shown, with nothing before them."""
    path = book(tmp_path / "x.xlsx", ("Sheet", [HEAD, [17850, 12.0, datetime(2026, 1, 2), 1, 2, 85123, 4711]]))
    opened = read_path(path)
    ids = [opened.one(name) for name in ("order_id", "customer_id", "product_id", "product_name")]
    assert ids == ["17850", "12", "85123", "4711"]


def test_a_text_column_of_parquet_is_judged_as_a_text(read_path: Any, tmp_path: Path) -> None:
    """Numbers of Parquet are numbers; texts that can be read both ways are asked about there too."""
    table = {**{name: ["1"] for name in HEAD}, "date": [datetime(2026, 1, 2)], "quantity": [1]}
    for prices, is_asked in ((pa.array([1.525]), False), (pa.array(["1.525"]), True)):
        pq.write_table(pa.table({**table, "price": prices}), tmp_path / "x.parquet")
        if is_asked:
            with pytest.raises(DataError, match="read both ways"):
                read_path(tmp_path / "x.parquet")
        else:
            assert read_path(tmp_path / "x.parquet", decimal=",").one("amount") == Decimal("1.525")


def test_half_swapped_dates_are_seen(read_path: Any, tmp_path: Path) -> None:
    """Day-first dates that a spreadsheet of another order has opened are half cells, swapped, and half texts: told."""
    days = [datetime(2025, 1, 1) + timedelta(days=5 * n) for n in range(60)]
    swapped = [day.replace(month=day.day, day=day.month) if day.day <= 12 else f"{day:%d/%m/%Y}" for day in days]
    path = book(tmp_path / "x.xlsx", ("Sheet", [HEAD, *(row(1, n, at) for n, at in enumerate(swapped))]))
    with pytest.raises(DataError, match="day and month swapped in half of them"):
        read_path(path)
    honest = [day if n % 2 else f"{day:%d/%m/%Y}" for n, day in enumerate(days)]
    path = book(tmp_path / "y.xlsx", ("Sheet", [HEAD, *(row(1, n, at) for n, at in enumerate(honest))]))
    assert sorted(read_path(path).column("ordered_at")) == days


def test_titles_in_a_sheet_are_passed_over(read_path: Any, tmp_path: Path) -> None:
    """The headings are looked for in the first rows of a sheet too."""
    path = book(tmp_path / "x.xlsx", ("Sheet", [["Sales"], [None], ["by", "admin"], HEAD, row(2)]))
    opened = read_path(path)
    assert opened.one("amount") == 2
    assert "2 rows above the headings" in opened.notes[0]  # blank rows are none


def test_the_sheet_that_has_the_headings_is_read(read_path: Any, tmp_path: Path) -> None:
    """A cover before the table is passed over, and that is told; headings that no sheet has are told with the sheets."""
    path = book(tmp_path / "x.xlsx", ("Cover", [["Hello"]]), ("Data", [HEAD, row(2)]))
    opened = read_path(path)
    assert opened.one("amount") == 2
    assert "read from sheet 'Data'" in opened.notes[0]
    path = book(tmp_path / "y.xlsx", ("Cover", [["Hello"]]), ("Data", [["a"]]))
    with pytest.raises(DataError, match="in sheet 'Cover' of 'Cover', 'Data'"):
        read_path(path)


def test_several_sheets_are_asked_about_or_read_as_one(read_path: Any, tmp_path: Path) -> None:
    """Two sheets of lines are not one by chance; `*` reads both, each by its own order of columns."""
    other = [4, 3, 2, 1, 0, 5, 6]
    second = [[cells[n] for n in other] for cells in (HEAD, row(5, 2))]
    path = book(tmp_path / "x.xlsx", ("H1", [HEAD, row(2)]), ("H2", second), ("Notes", [["x"]]))
    with pytest.raises(DataError, match=r"several that have the headings: 'H1', 'H2'"):
        read_path(path)
    assert read_path(path, sheet="H2").one("amount") == 5
    assert sorted(read_path(path, sheet="*").column("amount")) == [2, 5]


def test_a_sheet_with_most_of_the_headings_is_not_passed_over(read_path: Any, tmp_path: Path) -> None:
    """A sheet that lacks a heading or two may hold lines as well; one with a heading or two is another table."""
    short = [cells[:-1] for cells in (HEAD, row(5, 2))]
    names = [["code", "name"], ["T1", "Teapot"]]
    path = book(tmp_path / "x.xlsx", ("H1", [HEAD, row(2)]), ("H2", [["H2"], *short]), ("Products", names))
    with pytest.raises(DataError, match=r"several that have the headings: 'H1', 'H2'\."):
        read_path(path)
    opened = read_path(path, sheet="*")
    assert sorted(opened.column("amount")) == [2, 5]
    assert "1 row above the headings" in opened.notes[0]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("<html><body><p>Sign in to see your orders</p></body></html>", "an HTML page without a table"),
        ("\n <!DOCTYPE html>\n<table></table>", "an empty sheet 'table 1'"),
        (
            '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook>',
            "a spreadsheet saved as XML by Excel 2003",
        ),
    ],
)
def test_what_only_calls_itself_a_spreadsheet_is_named(read: Any, content: str, said: str) -> None:
    """Pages and old XML that bear a spreadsheet's name are told for what they are."""
    with pytest.raises(DataError, match=said):
        read(content, name="orders.xls")


def test_a_zip_archive_that_is_no_workbook_is_named(read_path: Any, tmp_path: Path) -> None:
    """Two packed files are told to be unpacked; a workbook whose parts come in any order is one."""
    packed = tmp_path / "orders.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("orders.csv", "order,customer\n")
        archive.writestr("products.csv", "code,name\n")
    with pytest.raises(DataError, match="a zip archive that is no workbook, with 2 files: orders.csv, products.csv"):
        read_path(packed)
    path, other = book(tmp_path / "x.xlsx", ("Sheet", [HEAD, row(2)])), tmp_path / "y.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(other, "w") as new:
        new.writestr("docProps/thumbnail.bin", b"\0" * 10_000)
        for name in reversed(old.namelist()):
            new.writestr(name, old.read(name))
    assert read_path(other).one("amount") == 2


def test_a_zip_archive_with_one_text_is_read(read_path: Any, tmp_path: Path) -> None:
    """The only file in it is read, whatever a Mac has put beside it; one that is broken is told."""
    packed = tmp_path / "orders.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("export/", "")
        archive.writestr("export/orders.csv", ",".join(HEAD) + "\n" + ",".join(map(str, row(2))) + "\n")
        archive.writestr("__MACOSX/export/._orders.csv", b"\0")
    assert read_path(packed).one("amount") == 2
    packed.write_bytes(packed.read_bytes()[:150])
    with pytest.raises(DataError, match="expected a"):
        read_path(packed)


PAGE = """<html><head><meta charset="{encoding}"><title>Orders</title></head><body><table><tr><td>Menu</td></tr></table>
<table border=1><tr><th>order<th>customer<th>date<th>quantity<th>price<th>code<th>name</tr>
<tr><td rowspan=2>A1</td><td rowspan=2>K1</td><td rowspan=2>2026-01-05</td><td>1</td><td>2.50</td><td>T</td><td>Caf&eacute;<br>au&nbsp;lait</td>
<tr><td>2</td><td>1.25</td><td>P</td><td>Tee grün</td></tr></table>"""


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1252"])
def test_the_table_of_a_page_is_read(read: Any, encoding: str) -> None:
    """A page called .xls gives the lines of the table that has the headings, merged cells in each of their rows."""
    opened = read(PAGE.format(encoding=encoding).encode(encoding), name="orders.xls")
    assert [(row["order_id"], row["customer_id"], row["amount"], row["product_name"]) for row in opened.rows] == [
        ("A1", "K1", Decimal("2.5"), "Tee grün"),
        ("A1", "K1", Decimal("2.5"), "Café au\u00a0lait"),
    ]
    assert opened.notes[0].startswith("orders.xls: an HTML page, whatever its name ends in; read from the table")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("mark", [",", "\t"])
def test_utf_16_without_a_mark_is_seen(read: Any, encoding: str, mark: str) -> None:
    """Wide text is told by its zeros where no byte order mark tells it."""
    text = f"{mark.join(HEAD)}\nA1{mark}ann{mark}2026-01-02{mark}1{mark}2.50{mark}T1{mark}Kännchen\n"
    opened = read(text.encode(encoding))
    assert (opened.one("product_name"), opened.one("amount")) == ("Kännchen", Decimal("2.50"))


@pytest.mark.parametrize(
    ("encoding", "name"), [("shift_jis", "急須"), ("cp1251", "чайник"), ("gbk", "茶壶"), ("cp1253", "τσαγιέρα")]
)
def test_any_encoding_can_be_stated(read: Any, encoding: str, name: str) -> None:
    """Text in any encoding that Python knows is read when it is stated."""
    text = f"{','.join(HEAD)}\nA1,ann,2026-01-02,1,2.50,T1,{name}\n"
    assert read(text.encode(encoding), encoding=encoding).one("product_name") == name


@pytest.mark.parametrize(
    ("encoding", "name"), [("shift_jis", "急須と湯呑みの組"), ("cp1251", "заварочный чайник"), ("gbk", "紫砂茶壶套装")]
)
def test_text_that_is_not_western_is_asked_about(read: Any, encoding: str, name: str) -> None:
    """Text in another script is not read as Western letters: the run stops, and names what it looks like."""
    lines = "".join(f"A{n},ann,2026-01-02,1,2.50,T1,{name}\n" for n in range(20))
    with pytest.raises(DataError, match=r"source\.encoding: .*neither UTF-8 nor Western European.*It looks like '"):
        read(f"{','.join(HEAD)}\n{lines}".encode(encoding))


@pytest.mark.parametrize("name", ["Crème brûlée", "Müßiggänger", "Æbleskivepande", "Señor Ñandú", "Façade à l’été"])
def test_western_text_is_read(read: Any, name: str) -> None:
    """Letters of Western languages stand alone among others, and are read without a question."""
    lines = "".join(f"A{n},ann,2026-01-02,1,2.50,T1,{name}\n" for n in range(20))
    assert set(read(f"{','.join(HEAD)}\n{lines}".encode("cp1252")).column("product_name")) == {name}

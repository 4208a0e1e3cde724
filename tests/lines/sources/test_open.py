"""Opening a source: whatever notation the lines are in, the same typed lines come out, and none is lost."""

from __future__ import annotations

import gzip
import os
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
import xlwt
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from reportgen import columns as c
from reportgen.config.lines import ColumnOptions, SourceOptions
from reportgen.errors import ConfigError, DataError
from reportgen.lines.engine.duckdb import open_engine
from reportgen.lines.sources import loading
from reportgen.lines.sources.malformed import NO_LINES
from reportgen.lines.sources.numbers import detect_decimal, find_shapes, mark_shown_by, number_sql
from reportgen.lines.sources.open import open_source
from reportgen.lines.sources.raw import RawTable, tidy_headings
from tests.made import count_lines

HEAD = "order,customer,date,quantity,price,code,name"
LINES = [
    ("A1", "0042", "2026-01-31 09:05", "3", "2.55", "T1", "Tea, black"),
    ("A1", "0042", "2026-01-31 09:05", "1", "1250.00", "P9", 'Pot "Maja"'),
    ("A2", "7", "2026-01-30 18:40", "-2", "2.55", "T1", "Crème brûlée"),
]
EXPECTED = [
    ("A1", "0042", datetime(2026, 1, 31, 9, 5), Decimal(3), Decimal("7.65"), "T1", "Tea, black"),
    ("A1", "0042", datetime(2026, 1, 31, 9, 5), Decimal(1), Decimal(1250), "P9", 'Pot "Maja"'),
    ("A2", "7", datetime(2026, 1, 30, 18, 40), Decimal(-2), Decimal("-5.1"), "T1", "Crème brûlée"),
]
NAMED = dict(zip((c.ORDER_ID, c.CUSTOMER_ID, c.ORDERED_AT, c.QUANTITY, c.UNIT_PRICE), HEAD.split(","), strict=False))
NAMES = (c.ORDER_ID, c.CUSTOMER_ID, c.ORDERED_AT, c.QUANTITY, c.AMOUNT, c.PRODUCT_ID, c.PRODUCT_NAME)


def delimited(separator: str, *, head: str = HEAD, decimal: str = ".") -> str:
    """Write the lines with a separator and a decimal mark."""
    rows = [head.replace(",", separator)]
    for order, customer, when, quantity, price, code, name in LINES:
        quoted = '"' + name.replace('"', '""') + '"'
        rows.append(separator.join((order, customer, when, quantity, price.replace(".", decimal), code, quoted)))
    return "\n".join(rows) + "\n"


def found(opened: Any) -> list[tuple[Any, ...]]:
    """Return the typed lines in a stable order."""
    return sorted((tuple(row[name] for name in NAMES) for row in opened.rows), key=str)


TEXTS = {
    "commas": delimited(",").encode(),
    "semicolons, decimal commas": delimited(";", decimal=",").encode(),
    "tabs": delimited("\t").encode(),
    "bars": delimited("|").encode(),
    "UTF-8 with BOM": delimited(",").encode("utf-8-sig"),
    "cp1252": delimited(",").encode("cp1252"),
    "UTF-16": delimited(",").encode("utf-16"),
    "gzip": gzip.compress(delimited(",").encode()),
    "zstd": zstandard.compress(delimited(",").encode()),
    "stray spaces in headings": delimited(",", head=" order , customer,date ,quantity, price ,code,name ").encode(),
    "Windows line ends": delimited(",").replace("\n", "\r\n").encode(),
    "mixed line ends": delimited(",").replace("\n", "\r\n", 2).encode(),
    "blank lines": delimited(",").replace("\n", "\n\n").encode(),
}


@pytest.mark.parametrize("notation", TEXTS)
def test_any_notation_gives_the_same_lines(read: Any, notation: str) -> None:
    """Separators, encodings, packings and line ends make no difference."""
    opened = read(TEXTS[notation])
    assert found(opened) == sorted(EXPECTED, key=str)
    assert (opened.malformed, opened.notes) == (NO_LINES, ())


def test_workbooks_and_parquet_give_the_same_lines(read_path: Any, tmp_path: Path) -> None:
    """XLSX, XLS and Parquet with typed cells give what the text gives, down to the fingerprint."""
    (tmp_path / "x.csv").write_text(delimited(","), encoding="utf-8")
    plain = read_path(tmp_path / "x.csv")
    rows = [(*l[:2], datetime.fromisoformat(l[2]), float(l[3]), float(l[4]), *l[5:]) for l in LINES]  # noqa: E741
    book = openpyxl.Workbook()
    book.create_sheet("lines")
    for row in [HEAD.split(","), *rows]:
        book["lines"].append(row)
    book.save(tmp_path / "x.xlsx")
    old = xlwt.Workbook()
    sheet = old.add_sheet("lines")
    style = xlwt.easyxf(num_format_str="YYYY-MM-DD HH:MM")
    for y, row in enumerate([tuple(HEAD.split(",")), *rows]):
        for x, cell in enumerate(row):
            sheet.write(y, x, cell, *([style] if isinstance(cell, datetime) else []))
    old.save(str(tmp_path / "x.xls"))
    frame = pd.DataFrame(rows, columns=HEAD.split(","))
    frame["quantity"] = frame["quantity"].astype("int64")
    frame.to_parquet(tmp_path / "x.parquet")
    for name, extra in (("x.xlsx", {"sheet": "lines"}), ("x.xls", {"sheet": "lines"}), ("x.parquet", {})):
        opened = read_path(tmp_path / name, **extra)
        assert found(opened) == sorted(EXPECTED, key=str), name
        assert opened.fingerprint == plain.fingerprint, name


def test_ids_never_become_decimals(read_path: Any, tmp_path: Path) -> None:
    """Ids that a file holds as doubles, or as text with `.0`, lose the `.0`; leading zeros stay."""
    pd.DataFrame(
        {
            "order": [536365.0],
            "customer": [17850.0],
            "date": pd.to_datetime(["2026-01-01"]),
            "quantity": [1],
            "price": [2.0],
        }
    ).to_parquet(tmp_path / "x.parquet")
    columns = {
        c.ORDER_ID: "order",
        c.CUSTOMER_ID: "customer",
        c.ORDERED_AT: "date",
        c.QUANTITY: "quantity",
        c.UNIT_PRICE: "price",
    }
    opened = read_path(tmp_path / "x.parquet", columns)
    assert (opened.one(c.ORDER_ID), opened.one(c.CUSTOMER_ID)) == ("536365", "17850")
    (tmp_path / "x.csv").write_text("order,customer,date,quantity,price\n007,17850.0,2026-01-01,1,1\n")
    opened = read_path(tmp_path / "x.csv", columns)
    assert (opened.one(c.ORDER_ID), opened.one(c.CUSTOMER_ID)) == ("007", "17850")


def test_runs_of_spaces_without_headings(read: Any) -> None:
    """A file of aligned columns without a heading line is read with the headings that the config gives."""
    columns: dict[str, Any] = {c.CUSTOMER_ID: "customer", c.ORDERED_AT: "date", c.QUANTITY: "quantity"}
    columns |= {c.AMOUNT: "amount", c.ORDER_ID: None, c.PRODUCT_ID: None, c.PRODUCT_NAME: None}
    text = " 00004 19970101  1   29.33\n 00004 19970118  2   29.73\n 00021 19970118  3   75.00\n"
    opened = read(text, columns, headings=("customer", "date", "quantity", "amount"), separator="spaces")
    assert sorted(opened.column(c.CUSTOMER_ID)) == ["00004", "00004", "00021"]
    assert sum(opened.column(c.AMOUNT)) == Decimal("134.06")
    assert sorted(opened.column(c.ORDER_ID)) == ["00004 1997-01-01", "00004 1997-01-18", "00021 1997-01-18"]


def test_a_glob_reads_files_of_different_layout(tmp_path: Path, read_path: Any) -> None:
    """Files of one glob may differ in separator, encoding, decimal mark and order of columns."""
    (tmp_path / "a.csv").write_text("\n".join(delimited(",").splitlines()[:2]), encoding="utf-8")
    turned = 'price;quantity;date;customer;order;name;code\n1250,00;1;2026-01-31 09:05;0042;A1;"Pot ""Maja""";P9\n'
    (tmp_path / "b.csv").write_text(turned, encoding="utf-8")
    (tmp_path / "c.csv").write_bytes("\n".join([HEAD, delimited(",").splitlines()[3]]).encode("cp1252"))
    assert found(read_path(tmp_path / "*.csv")) == sorted(EXPECTED, key=str)


def test_a_late_byte_that_is_not_utf_8_is_understood(read: Any) -> None:
    """A cp1252 letter beyond the part that the encoding is told from does not lose its line."""
    body = "".join(f"A{n},1,2026-01-31,1,1,T1,Tea\n" for n in range(60_000))
    opened = read((HEAD + "\n" + body + "Z,1,2026-01-31,1,1,T2,Café\n").encode("cp1252"))
    assert len(opened.rows) == 60_001
    assert "Café" in opened.column(c.PRODUCT_NAME)


def test_malformed_lines_are_kept_apart(read: Any) -> None:
    """Lines with too few or too many columns, or an open quote, are told as they stand and lose no other."""
    text = delimited(",") + "A3,9\nA4,9,2026-01-30,1,1,T1,Tea,extra\n"
    opened = read(text)
    assert len(opened.rows) == 3
    assert opened.malformed == count_lines(["A4,9,2026-01-30,1,1,T1,Tea,extra", "A3,9"])
    assert opened.malformed.examples == ("A3,9", "A4,9,2026-01-30,1,1,T1,Tea,extra")


def test_date_and_time_may_be_two_columns(read: Any) -> None:
    """A date and a time column are read as one instant, in an order that the dates prove."""
    columns = {c.CUSTOMER_ID: "c", c.ORDERED_AT: ["d", "t"], c.QUANTITY: "q", c.UNIT_PRICE: "p"}
    opened = read("c,d,t,q,p\n1,31/01/2026,18:05,1,1\n1,02/01/2026,07:00,1,1\n", columns)
    assert sorted(opened.column(c.ORDERED_AT)) == [datetime(2026, 1, 2, 7), datetime(2026, 1, 31, 18, 5)]


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (["12/1/2010 8:26", "12/13/2010 10:00"], datetime(2010, 12, 1, 8, 26)),
        (["13.12.2010", "01.12.2010"], datetime(2010, 12, 1)),
        (["2010/12/01", "2010/12/02"], datetime(2010, 12, 1)),
        (["20101201", "20101202"], datetime(2010, 12, 1)),
        (["2010-12-01T08:26:00", "2010-12-02T08:26:00"], datetime(2010, 12, 1, 8, 26)),
        (["01-Dec-2010", "02-Dec-2010"], datetime(2010, 12, 1)),
        (["1 December 2010", "2 December 2010"], datetime(2010, 12, 1)),
        (["12/01/2010 8:26:30 AM", "12/31/2010 8:26:30 PM"], datetime(2010, 12, 1, 8, 26, 30)),
        (["01/12/10", "31/12/10"], datetime(2010, 12, 1)),
    ],
)
def test_unambiguous_dates_are_understood(read: Any, dates: list[str], expected: datetime) -> None:
    """Dates in many shapes are read without being told how."""
    columns = {c.CUSTOMER_ID: "c", c.ORDERED_AT: "d", c.QUANTITY: "q", c.UNIT_PRICE: "p"}
    opened = read("c,d,q,p\n" + "".join(f"1,{one},1,1\n" for one in dates), columns)
    assert min(opened.column(c.ORDERED_AT)) == expected
    assert None not in opened.column(c.ORDERED_AT)


@pytest.mark.parametrize(
    ("dates", "words"),
    [
        (["1/2/2010", "3/4/2010"], ["'1/2/2010'", "'3/4/2010'", "date_format: day-first", "date_format: month-first"]),
        (["13/2/2010", "2/13/2010"], ["'13/2/2010', which is day-first", "'2/13/2010', which is month-first"]),
        (["soon", "later"], ["dates", "'later'", "'soon'"]),
    ],
)
def test_ambiguous_dates_stop_with_two_values(read: Any, dates: list[str], words: list[str]) -> None:
    """Dates that can be read in two ways, or in none, stop with offending values and the setting to add."""
    columns = {c.CUSTOMER_ID: "c", c.ORDERED_AT: "d", c.QUANTITY: "q", c.UNIT_PRICE: "p"}
    with pytest.raises(DataError) as caught:
        read("c,d,q,p\n" + "".join(f"1,{one},1,1\n" for one in dates), columns)
    for word in words:
        assert word in str(caught.value)


def test_an_ambiguous_date_can_be_stated(read: Any) -> None:
    """Stating the order settles what the dates leave open."""
    columns = {c.CUSTOMER_ID: "c", c.ORDERED_AT: "d", c.QUANTITY: "q", c.UNIT_PRICE: "p"}
    text = "c,d,q,p\n1,1/2/2010,1,1\n"
    assert read(text, columns, date_format="day-first").one(c.ORDERED_AT) == datetime(2010, 2, 1)
    assert read(text, columns, date_format="%m/%d/%Y").one(c.ORDERED_AT) == datetime(2010, 1, 2)


def test_wrong_headings_are_all_told_at_once(read: Any) -> None:
    """Every stated heading that is not there is a problem of its own, with what is there."""
    columns = {
        c.CUSTOMER_ID: "custmer",
        c.ORDERED_AT: "date",
        c.QUANTITY: "qty",
        c.UNIT_PRICE: "price",
        c.STORE: "shop",
    }
    with pytest.raises(DataError) as caught:
        read(delimited(","), columns)
    assert [problem.thing for problem in caught.value.problems] == [
        "columns.customer_id",
        "columns.quantity",
        "columns.store",
    ]
    assert caught.value.problems[0].hint == "Did you mean 'customer'?"


def test_headings_are_made_distinct() -> None:
    """A second heading of the same name is numbered, an empty one is named by its place."""
    assert tidy_headings([" Name ", "name", "", "\ufeffId"]) == ("Name", "name (2)", "column 3", "Id")


@pytest.mark.parametrize(
    ("shape", "mark"),
    [
        ("9.99", "."),
        ("9,99", ","),
        ("9.999,00", ","),
        ("9,999.90", "."),
        ("9.999", "either"),
        ("0.999", "."),
        ("9999.999", "."),
        ("9.999.999", ","),
        ("999", None),
        ("£9,9", ","),
        (".99", "."),
    ],
)
def test_a_number_shows_its_decimal_mark(shape: str, mark: str | None) -> None:
    """What a number's shape proves of the decimal mark is told, and no more."""
    assert mark_shown_by(shape) == mark


@pytest.mark.parametrize("values", [["1.234", "2.500"], ["1,50", "2.75"]])
def test_an_unclear_decimal_mark_stops_with_two_values(read: Any, values: list[str]) -> None:
    """Numbers that can be read both ways, or some one way and some the other, stop with the setting to add."""
    columns = {c.CUSTOMER_ID: "c", c.ORDERED_AT: "d", c.AMOUNT: "a"}
    with pytest.raises(DataError) as caught:
        read("c;d;a\n" + "".join(f"1;2026-01-01;{one}\n" for one in values), columns)
    assert all(f"'{one}'" in str(caught.value) for one in values)
    assert "decimal" in str(caught.value)


GROUPING = {"en": (",", "."), "de": (".", ","), "ch": ("’", "."), "fr": ("\u202f", ","), "sp": (" ", ",")}


def written(value: Decimal, notation: str, style: int) -> str:
    """Write an amount as people of a country do, in one of several ways to show sign and currency."""
    thousands, decimal = GROUPING[notation]
    digits = f"{abs(value):,.2f}".replace(",", "T").replace(".", decimal).replace("T", thousands)
    minus = value < 0
    ways = [
        f"{'-' if minus else ''}{digits}",
        f"{'-' if minus else ''}£{digits}",
        f"({digits})" if minus else digits,
        f"{digits}-" if minus else digits,
        f"{'−' if minus else ''}{digits} GBP",
    ]
    return ways[style]


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from(sorted(GROUPING)),
    st.lists(st.decimals(-9_999_999, 9_999_999, places=2), min_size=1, max_size=12),
    st.integers(0, 4),
)
def test_written_numbers_are_read_back(notation: str, values: list[Decimal], style: int) -> None:
    """Amounts written with any country's marks, signs and currency are read back exactly."""
    texts = [written(value, notation, style) for value in [*values, Decimal("1234567.89")]]
    with open_engine() as engine:
        engine.connection.register("arriving", pd.DataFrame({"a": texts}))
        engine.run("CREATE TABLE raw AS SELECT * FROM arriving")
        table = RawTable("raw", ("a",))
        mark = detect_decimal(find_shapes(engine, table, ["a"]), "x")
        sql = number_sql(engine, table, "a", mark, signs=("£", "GBP"), scale=4)
        read = [row[0] for row in engine.run(f"SELECT {sql} FROM raw")]
    assert sorted(read) == sorted([*values, Decimal("1234567.89")])


@pytest.mark.parametrize("text", ["abc", "1,2,3", "12 pieces", "1_000", "--5", "nan", "inf", "1.2.3", "0x1F", "£"])
def test_words_are_no_numbers(text: str) -> None:
    """What is no number is read as none."""
    with open_engine() as engine:
        engine.connection.register("arriving", pd.DataFrame({"a": [text, "1.50"]}))
        engine.run("CREATE TABLE raw AS SELECT * FROM arriving")
        sql = number_sql(engine, RawTable("raw", ("a",)), "a", ".", signs=("£",), scale=4)
        assert engine.run(f"SELECT {sql} FROM raw WHERE a <> '1.50'") == [(None,)]


def test_missing_words_are_no_customers(read: Any) -> None:
    """`NULL`, `nan` and the like are no customer ids."""
    columns = {c.CUSTOMER_ID: "c", c.ORDERED_AT: "d", c.QUANTITY: "q", c.UNIT_PRICE: "p"}
    rows = "".join(f"{one},2026-01-01,1,1\n" for one in ("NULL", "nan", "", "  ", "None", "007"))
    assert [one for one in read("c,d,q,p\n" + rows, columns).column(c.CUSTOMER_ID) if one is not None] == ["007"]


def test_a_wrong_sheet_names_the_sheets(tmp_path: Path) -> None:
    """A sheet that is not there is told with those that are."""
    book = openpyxl.Workbook()
    book.active.title = "Orders"
    book.save(tmp_path / "x.xlsx")
    with (
        pytest.raises(DataError, match="Did you mean 'Orders'"),
        open_source(SourceOptions(path=str(tmp_path / "x.xlsx"), sheet="Order"), ColumnOptions(), ()),
    ):
        pass


def test_no_line_is_lost_behind_an_open_mark(read: Any) -> None:
    """One name that begins with a mark and never ends costs no other line, whatever the size of the file."""
    lines = [f"O{n},c{n % 7},2026-01-{n % 28 + 1:02},1,2.50,T1,Tea" for n in range(30_000)]
    lines[100] = 'O100,c2,2026-01-17,1,2.50,T1,"BIG MUG'
    opened = read("\n".join(["order,customer,date,quantity,price,code,name", *lines]))
    assert len(opened.rows) == 30_000
    assert opened.malformed == NO_LINES
    assert opened.notes == (
        "lines.csv: quotation marks that do not pair, so read as they stand: 1 of the lines, the first is line 102",
    )
    assert [row[c.PRODUCT_NAME] for row in opened.rows if row[c.ORDER_ID] == "O100"] == ['"BIG MUG']


def test_signs_that_only_look_like_line_ends_are_part_of_a_name(read: Any) -> None:
    """U+2028, U+0085 and a vertical tab within a cell end no line, in a malformed line neither."""
    name = "Tea\u2028green\x85and\x0bblack"
    opened = read(f"{HEAD}\nA1,c,2026-01-30,1,2.50,T1,{name}\nA2,{name}\n")
    assert opened.one(c.PRODUCT_NAME) == name
    assert opened.malformed == count_lines([f"A2,{name}"])


def test_a_line_in_another_encoding_leaves_the_others_as_they_are(read: Any) -> None:
    """One Latin-1 byte in a file of UTF-8 is read by itself, and told."""
    text = f"{HEAD}\nA1,Cé,2026-01-30,1,2.50,T1,Tea\nA2,".encode() + b"C\xe9,2026-01-30,1,2.50,T1,Tea\n"
    opened = read(text)
    assert opened.column(c.CUSTOMER_ID) == ["Cé", "Cé"]
    assert opened.notes == (
        "lines.csv: not in UTF-8 like the rest, so read as Windows-1252: 1 of the lines, the first is line 3",
    )


def test_a_heading_in_utf_8_is_read_beside_a_line_that_is_not(read: Any) -> None:
    """One Latin-1 byte below leaves a mark at the beginning of the file and headings beyond ASCII what they are."""
    head = HEAD.replace("customer", "client né")
    text = f"\ufeff{head}\nA1,Cé,2026-01-30,1,2.50,T1,Tea\nA2,".encode() + b"C\xe9,2026-01-30,1,2.50,T1,Tea\n"
    opened = read(text, {**NAMED, c.CUSTOMER_ID: "client né", c.PRODUCT_ID: "code", c.PRODUCT_NAME: "name"})
    assert (opened.column(c.ORDER_ID), opened.column(c.CUSTOMER_ID)) == (["A1", "A2"], ["Cé", "Cé"])


def test_dates_that_no_order_can_have_are_told_apart(read: Any) -> None:
    """A year of 9999 or 1066 is read, and not taken for an order's."""
    days = ["9999-12-31", "1066-10-14", "2199-12-31", "1900-01-01", "soon"]
    opened = read("\n".join([HEAD, *(f"{n},c,{day},1,2.50,T1,Tea" for n, day in enumerate(days))]))
    found = {row[c.ORDER_ID]: (row["is_implausible"], row[c.ORDERED_AT], row["unreadable_date"]) for row in opened.rows}
    assert found == {
        "0": (True, None, "9999-12-31"),
        "1": (True, None, "1066-10-14"),
        "2": (False, datetime(2199, 12, 31), None),
        "3": (False, datetime(1900, 1, 1), None),
        "4": (False, None, "soon"),
    }


@pytest.mark.parametrize(
    ("quantity", "price", "units", "amount"),
    [
        ("0.0001", "25000", "0.0001", "2.5"),
        ("0.123456", "10", "0.123456", "1.2346"),
        ("1000", "0.00125", "1000", "1.25"),
        ("2.5e-4", "4000", "0.00025", "1"),
        ("1000000", "5e-05", "1000000", "50"),
        ("5e-4", "4E3", "0.0005", "2"),
        ("99999999999.5", "0.00000001", "99999999999.5", "1000"),
        ("99999999999", "99999999999", "99999999999", None),
    ],
)
def test_decimals_are_kept(read: Any, quantity: str, price: str, units: str, amount: str | None) -> None:
    """Small quantities and prices count with all their decimals; what is too large for money is no number."""
    opened = read(f"{HEAD}\nA1,c,2026-01-30,{quantity},{price},T1,Tea\nA2,c,2026-01-30,1,1,T1,Tea\n")
    row = next(row for row in opened.rows if row[c.ORDER_ID] == "A1")
    assert row[c.QUANTITY] == Decimal(units)
    assert row[c.AMOUNT] == (None if amount is None else Decimal(amount))
    assert (row["unreadable_number"] is None) == (amount is not None)


def test_valid_parquet_with_nan_is_read(read_path: Any, tmp_path: Path) -> None:
    """A column of ids that are numbers, some of them NaN, gives lines without a customer."""
    frame = pd.DataFrame(
        {
            "order": ["1", "2"],
            "customer": [17850.0, float("nan")],
            "date": ["2026-01-30"] * 2,
            "quantity": [1, 1],
            "price": [2.5, float("inf")],
        }
    )
    frame.to_parquet(tmp_path / "x.parquet")
    opened = read_path(tmp_path / "x.parquet", {**NAMED, c.PRODUCT_ID: None, c.PRODUCT_NAME: None})
    assert [(row[c.ORDER_ID], row[c.CUSTOMER_ID], row[c.AMOUNT]) for row in opened.rows] == [
        ("1", "17850", Decimal("2.5")),
        ("2", None, None),
    ]


@pytest.mark.parametrize("kind", ["fifo", "device", "folder link", "proc"])
def test_what_is_no_plain_file_is_not_read(read_path: Any, tmp_path: Path, kind: str) -> None:
    """A pipe would never end, a device neither: each is one message."""
    path = tmp_path / "x.csv"
    made = {
        "fifo": lambda: os.mkfifo(path),
        "device": lambda: path.symlink_to("/dev/zero"),
        "folder link": lambda: path.symlink_to(tmp_path / "nowhere"),
        "proc": lambda: path.symlink_to("/proc/self/environ"),
    }
    made[kind]()
    for pattern in (path, tmp_path / "*.csv"):
        with pytest.raises(DataError, match="expected a (plain file|file with order lines)"):
            read_path(pattern)


def test_links_within_a_glob_give_no_file_twice(read_path: Any, tmp_path: Path) -> None:
    """A link to the folder itself, or to a file, adds no lines."""
    (tmp_path / "x.csv").write_text(f"{HEAD}\nA1,c,2026-01-30,1,2.50,T1,Tea\n")
    (tmp_path / "y.csv").symlink_to(tmp_path / "x.csv")
    (tmp_path / "below").mkdir()
    for folder in (tmp_path, tmp_path / "below"):
        (folder / "self").symlink_to(tmp_path)
        (folder / "again").symlink_to(tmp_path)
        (folder / ".hidden.csv").write_text("x")
    (tmp_path / "below" / "z.csv").write_text(f"{HEAD}\nA2,c,2026-01-30,1,2.50,T1,Tea\n")
    assert len(read_path(tmp_path / "**" / "*.csv").rows) == 2
    assert len(read_path(tmp_path / "*.csv").rows) == 1


def test_a_file_that_changes_while_it_is_read_is_told(
    tmp_path: Path, read_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lines that arrive while a file is read would be neither in nor out."""
    path = tmp_path / "x.csv"
    path.write_text(f"{HEAD}\nA1,c,2026-01-30,1,2.50,T1,Tea\n")
    load = loading.load_text

    def load_and_append(*arguments: Any, **named: Any) -> Any:
        raw = load(*arguments, **named)
        with path.open("a") as file:
            file.write("A2,c,2026-01-31,1,2.50,T1,Tea\n")
        return raw

    monkeypatch.setattr(loading, "load_text", load_and_append)
    with pytest.raises(DataError, match="expected a file that stays as it is, got one that changed"):
        read_path(path)


def test_too_many_columns_are_told(read: Any) -> None:
    """A table of thousands of columns is none."""
    with pytest.raises(DataError, match="expected at most 2,000 columns, got 10,000"):
        read(
            ",".join(f"c{n}" for n in range(10_000)) + "\n1,2\n",
            {c.CUSTOMER_ID: "c1", c.ORDERED_AT: "c2", c.AMOUNT: "c3"},
        )


def test_memory_that_does_not_suffice_is_told(read: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the engine's memory is too small, and when the limit is no size, there is one message."""
    monkeypatch.setenv("REPORTGEN_MEMORY", "much")
    with pytest.raises(ConfigError, match="REPORTGEN_MEMORY: expected a size such as 4GB, got 'much'"):
        read(HEAD)
    monkeypatch.setenv("REPORTGEN_MEMORY", "1MB")
    lines = "".join(f"A{n},c,2026-01-30,1,2.50,T{n},{'Tea' * 30}\n" for n in range(20_000))
    with pytest.raises(DataError, match="order lines that can be worked on in 1MB"):
        read(f"{HEAD}\n{lines}")


def test_a_text_without_line_ends_is_no_table(read: Any) -> None:
    """One endless line is one message."""
    with pytest.raises(DataError, match="expected a heading line and order lines, got a first line of 200,000 signs"):
        read("a" * 200_000)


def test_cells_of_a_workbook_hold_any_line_end(read_path: Any, tmp_path: Path) -> None:
    """Line ends of every kind within cells, among hundreds of rows, end no row."""
    names = ["a\nb", "one_x000D_two", "a_x000D_\nb", 'q"q', "\n", "_x000D_", "é\u2028"] + [
        "a\nb",
        "_x000D_\n",
        "plain",
    ] * 100
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(HEAD.split(","))
    for n, name in enumerate(names):
        book.active.append([f"A{n}", "c", "2026-01-30", 1, 2.5, "T", name])
    book.save(tmp_path / "x.xlsx")
    opened = read_path(tmp_path / "x.xlsx")
    assert len(opened.rows) == len(names)
    assert {row[c.AMOUNT] for row in opened.rows} == {Decimal("2.5")}

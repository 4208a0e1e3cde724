"""From an export to a right config: eleven layouts are recognised or guessed, and their sums are those of pandas."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml

from reportgen.cli.run import load_all
from reportgen.errors import ConfigError, DataError
from reportgen.runs.inspection import Inspection, inspect_data
from reportgen.runs.proposal import Proposal, propose_config
from tests.exports import LAYOUTS, make_shop

SHOP = make_shop()
HEAD = "Order no,Date,Customer,SKU,Product,Quantity,Unit price\n"


def look(proposal: Proposal) -> Inspection:
    """Write the proposed config and look at what it reads."""
    proposal.config.write_text(proposal.write(), encoding="utf-8")
    (loaded,) = load_all([proposal.config], [])
    assert not isinstance(loaded, ConfigError), loaded
    (inspection,) = inspect_data(loaded, date(2030, 1, 1))
    return inspection


def propose(tmp_path: Path, text: str | bytes, name: str = "orders.csv") -> Proposal:
    """Propose a config for a file."""
    file = tmp_path / name
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return propose_config([file], tmp_path / "reportgen.yaml")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_an_export_leads_to_right_sums(tmp_path: Path, layout: str) -> None:
    """The config that is proposed reads customers, orders and sales to the penny, and nothing in it is doubtful."""
    export = LAYOUTS[layout](SHOP)
    found = look(propose(tmp_path, export.text, export.name))
    assert (found.customers, found.orders, float(found.sales)) == (export.customers, export.orders, export.sales)
    assert [warning.code for warning in found.warnings] == []
    assert found.can_report
    assert sum(month.sales for month in found.months) == found.sales


@pytest.mark.parametrize(
    ("headings", "said"),
    [
        ("amazon-order-id\tpurchase-date\tproduct-name\tasin\tquantity\titem-price", "names no customer"),
        ("Date,Order #,N. Revenue (formatted),Status,Customer,Product(s),Items sold", "Advanced Order Export"),
        ("ID,Purchase Point,Purchase Date,Bill-to Name,Ship-to Name,Grand Total (Base)", "sales_order_item"),
        ("Order ID,Customer ID,Order Date,Order Total (inc tax),Product Details", "one row for each product"),
    ],
)
def test_an_export_without_what_is_needed_is_refused(tmp_path: Path, headings: str, said: str) -> None:
    """Exports that name no customer or have no lines are told from others, with what to export instead."""
    row = "\t".join("1" * 6) if "\t" in headings else ",".join("1" * headings.count(",")) + ",1"
    with pytest.raises(DataError, match=r"expected an export of order lines, got an export of") as caught:
        propose(tmp_path, f"{headings}\n{row}\n")
    assert said in str(caught.value)


def test_what_a_file_leaves_open_is_asked(tmp_path: Path) -> None:
    """Day and month that cannot be told, and a currency that nothing shows, are open; what is proposed can be read."""
    rows = "".join(f"{n},{n % 12 + 1:02}/{n % 9 + 1:02}/2025,K{n},P,Pot,1,5.00\n" for n in range(40))
    proposal = propose(tmp_path, HEAD + rows)
    assert {question.option: question.answer for question in proposal.questions} == {
        "currency": "GBP",
        "source.date_format": "day-first",
    }
    proposal.questions[1].answer = "month-first"
    assert yaml.safe_load(proposal.write())["source"]["date_format"] == "month-first"
    assert look(proposal).customers == 40


@pytest.mark.parametrize(
    ("layout", "returns"), [("german", "net"), ("shopify", "net"), ("square", "net"), ("tutorial", "drop")]
)
def test_a_new_config_nets_returns(tmp_path: Path, layout: str, returns: str) -> None:
    """Money that was given back does not count, unless a preset says that the set is read otherwise."""
    export = LAYOUTS[layout](SHOP)
    proposal = propose(tmp_path, export.text, export.name)
    assert proposal.options()["cleansing"]["returns"] == returns


def test_zones_are_asked_for(tmp_path: Path) -> None:
    """Dates in a column of UTC need the zone whose calendar counts; abbreviations propose theirs."""
    rows = "".join(f"{n},2025-0{n % 9 + 1}-05 10:00,K{n},P,Pot,1,£5.00\n" for n in range(9))
    utc = propose(tmp_path, HEAD.replace("Date", "Created (UTC)") + rows)
    assert {question.option: question.answer for question in utc.questions} == {
        "source.timezone": "UTC",
        "timezone": "Europe/London",
    }
    named = propose(tmp_path, HEAD + rows.replace("10:00", "10:00 EST"))
    assert {question.option: question.answer for question in named.questions} == {"timezone": "America/New_York"}


def test_serial_days_and_sheets_are_asked_for(tmp_path: Path) -> None:
    """A spreadsheet's days are proposed as such, and all sheets that have the headings."""
    serial = propose(tmp_path, HEAD + "".join(f"{n},4566{n}.5,K{n},P,Pot,1,£5.00\n" for n in range(9)))
    assert serial.answer_of("source.date_format") == "excel"
    book = openpyxl.Workbook()
    for title, number in (("H1", 1), ("H2", 2)):
        sheet = book.create_sheet(title)
        sheet.append(HEAD.strip().split(","))
        sheet.append([number, "2025-02-01", "K1", "P", "Pot", 1, 5])
    del book["Sheet"]
    book.save(tmp_path / "book.xlsx")
    proposal = propose_config([tmp_path / "book.xlsx"], tmp_path / "x.yaml")
    assert proposal.answer_of("source.sheet") == "*"
    assert look(proposal).orders == 2


def test_several_files_are_one_source(tmp_path: Path) -> None:
    """Files of one export become a glob of what their names share."""
    files = [tmp_path / f"orders-{month}.csv" for month in ("01", "02")]
    for n, file in enumerate(files, 1):
        file.write_text(HEAD + f"{n},2025-0{n}-05,K{n},P,Pot,1,£5.00\n", encoding="utf-8")
    proposal = propose_config(files, tmp_path / "x.yaml")
    assert yaml.safe_load(proposal.write())["source"]["path"] == "orders-0*.csv"
    assert look(proposal).orders == 2


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        ("Nr,Date,SKU,Quantity,Unit price", "a column that tells customers apart"),
        ("Order no,Customer,SKU,Quantity,Unit price", "a column of dates"),
        ("Order no,Date,Customer,SKU", "quantity and price, or the money of each line"),
    ],
)
def test_columns_that_cannot_be_done_without_are_named(tmp_path: Path, headings: str, expected: str) -> None:
    """A file without customers, dates or money is told so, with the headings that it has."""
    values = {"Date": "2025-01-05", "Quantity": "1", "Unit price": "2.50"}
    row = ",".join(values.get(heading, "X1") for heading in headings.split(","))
    with pytest.raises(DataError, match=expected):
        propose(tmp_path, f"{headings}\n{row}\n")


def test_the_config_is_commented_and_valid_for_any_heading(tmp_path: Path) -> None:
    """Headings with signs that YAML takes for its own are quoted."""
    text = HEAD.replace("Order no", "Order #").replace("Customer", "Customer: id") + "1,2025-01-05,K1,P,Pot,1,£5.00\n"
    written = propose(tmp_path, text).write()
    data: dict[str, Any] = yaml.safe_load(written)
    assert (data["columns"]["order_id"], data["columns"]["customer_id"]) == ("Order #", "Customer: id")
    assert written.startswith("# What each option does: docs/options.md.")

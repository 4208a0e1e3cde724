"""Opens small sources for the tests of this package, and makes typed order lines without any file."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from reportgen import columns as c
from reportgen.config.lines import CleansingOptions, ColumnOptions, SourceOptions
from reportgen.lines.engine.compute import collect
from reportgen.lines.sources.cached import LinesCache
from reportgen.lines.sources.malformed import MalformedLines
from reportgen.lines.sources.open import OpenOptions, open_source
from reportgen.model.lines import OrderLines
from tests.made_lines import engine, make_frame, make_lines

__all__ = ["engine", "make_frame", "make_lines"]

SIGNS = ("GBP", "£", "$", "€", "EUR", "CHF")
HEADINGS = {
    c.ORDER_ID: "order",
    c.CUSTOMER_ID: "customer",
    c.ORDERED_AT: "date",
    c.QUANTITY: "quantity",
    c.UNIT_PRICE: "price",
    c.PRODUCT_ID: "code",
    c.PRODUCT_NAME: "name",
}


@dataclass(frozen=True)
class Opened:
    """What a source gave, as plain Python values, in the order of their content."""

    rows: list[dict[str, Any]]
    malformed: MalformedLines
    notes: tuple[str, ...]
    fingerprint: str
    has_order_ids: bool
    has_products: bool
    has_units: bool

    def column(self, name: str) -> list[Any]:
        """Return one column's values."""
        return [row[name] for row in self.rows]

    def one(self, name: str) -> Any:
        """Return the value of the only line."""
        (row,) = self.rows
        return row[name]


@pytest.fixture(scope="session")
def read_path() -> Callable[..., Opened]:
    """Return a function that opens what is at a path: ``read_path(path, columns, **source options)``."""

    def read(
        path: Path | str,
        columns: dict[str, Any] | None = None,
        cleansing: CleansingOptions = CleansingOptions(),  # noqa: B008 - frozen
        kept: LinesCache | None = None,
        **source: Any,
    ) -> Opened:
        stated = HEADINGS if columns is None else columns
        options = SourceOptions(path=str(path), **source)
        with open_source(
            options, ColumnOptions(**stated), SIGNS, cleansing=cleansing, opening=OpenOptions(kept)
        ) as opened:
            lines = opened.lines
            relation = lines.frame.to_native()
            rows = [dict(zip(relation.columns, values, strict=True)) for values in relation.fetchall()]
            for row in rows:
                row[c.QUANTITY] = _scaled(row[c.QUANTITY], c.QUANTITY_SCALE)
                row[c.AMOUNT] = _scaled(row[c.AMOUNT], c.MONEY_SCALE)
            rows.sort(key=lambda row: [str(value) for value in row.values()])
            flags = (lines.has_order_ids, lines.has_products, lines.has_units)
            return Opened(rows, opened.malformed, opened.notes, opened.digests.result().fingerprint("9999-12"), *flags)

    return read


def _scaled(value: int | None, scale: int) -> Decimal | None:
    return None if value is None else Decimal(value) / scale


@pytest.fixture
def read(tmp_path: Path, read_path: Callable[..., Opened]) -> Callable[..., Opened]:
    """Return a function that writes a file and opens it: ``read(text or bytes, columns, name=..., **options)``."""

    def write_and_read(
        content: str | bytes, columns: dict[str, Any] | None = None, *, name: str = "lines.csv", **source: Any
    ) -> Opened:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_path(path, columns, **source)

    return write_and_read


@pytest.fixture(scope="session")
def read_text(tmp_path_factory: pytest.TempPathFactory, read_path: Callable[..., Opened]) -> Callable[..., Opened]:
    """Return a function that opens a text, for tests that read very many: ``read_text(text, columns)``."""
    path = tmp_path_factory.mktemp("texts") / "lines.csv"

    def write_and_read(content: str, columns: dict[str, Any] | None = None) -> Opened:
        path.write_text(content, encoding="utf-8")
        return read_path(path, columns)

    return write_and_read


@pytest.fixture(scope="session")
def rows_of() -> Callable[..., list[dict[str, Any]]]:
    """Return a function that brings order lines back as dicts, quantities and amounts in units."""

    def rows(lines: OrderLines) -> list[dict[str, Any]]:
        frame = collect(lines.frame)
        records = [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]
        for row in records:
            row[c.QUANTITY] = Decimal(int(row[c.QUANTITY])) / c.QUANTITY_SCALE
            row[c.AMOUNT] = Decimal(int(row[c.AMOUNT])) / c.MONEY_SCALE
        return records

    return rows


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Return the folder with the UCI Online Retail files, or skip."""
    beside = Path(__file__).parents[2] / ".." / "shared" / "data"
    folder = Path(os.environ.get("REPORTGEN_DATA", beside)).resolve()
    if not (folder / "online_retail.csv.gz").exists():
        pytest.skip(f"no UCI Online Retail files in {folder}: set REPORTGEN_DATA to their folder")
    return folder

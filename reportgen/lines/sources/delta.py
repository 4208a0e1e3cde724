"""Reads tables of Delta Lake: the version that is current when the run begins, whatever is written meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from reportgen.errors import ConfigError, DataError, Problem
from reportgen.lines.engine.base import LoadingEngine
from reportgen.lines.sources.databases.columns import Column, describe_field, pick_typed
from reportgen.lines.sources.raw import Pick, RawTable, tidy_headings


@dataclass(frozen=True, slots=True)
class DeltaTable:
    """A table of Delta Lake, in a folder or behind a URL.

    Attributes
    ----------
    place : str
        Where it is.
    """

    place: str

    def check_unchanged(self) -> None:
        """Nothing is to be checked: a version of a table never changes."""


def load_delta(engine: LoadingEngine, part: DeltaTable, pick: Pick) -> RawTable:
    """Load the columns of a Delta table that are wanted, every value as text.

    Raises
    ------
    ConfigError
        When the library is not installed.
    DataError
        When the table cannot be read, or a column holds what no order line has.
    """
    with _open_table(part.place) as table:
        described = _describe(table)
        picked = pick_typed(described, pick, part.place)
        columns = {column.name: heading for heading, column in picked.items()}
        reader = pa.RecordBatchReader.from_stream(table.scan(columns=list(columns)))
        name = engine.load_batches(reader, columns)
    numbers = {heading: "true" for heading, column in picked.items() if column.kind == "number"}
    return RawTable(name, tuple(described), native=numbers)


def describe_delta(part: DeltaTable) -> list[Column]:
    """List the columns of a Delta table, and read none of its rows; raises what `load_delta` raises."""
    with _open_table(part.place) as table:
        return list(_describe(table).values())


@contextmanager
def _open_table(place: str) -> Iterator[Any]:
    """Open a Delta table, and tell of what goes wrong with it as one clear error."""
    try:
        import deltalake  # noqa: PLC0415 - an extra
    except ImportError:
        hint = "Install it: pip install 'reportgen[delta]'."
        raise ConfigError(Problem(place, "source", "the library for Delta Lake", "none", hint)) from None
    try:
        yield deltalake.DeltaTable(place)
    except (deltalake.exceptions.DeltaError, OSError, pa.ArrowException) as error:
        came = " ".join(str(error).split())[:300]
        raise DataError(Problem(place, "source", "a Delta table that can be read", came)) from None


def _describe(table: Any) -> dict[str, Column]:
    """Return the columns by their headings."""
    names = [field.name for field in table.schema().fields]
    fields = pa.RecordBatchReader.from_stream(table.scan()).schema
    return dict(zip(tidy_headings(names), map(describe_field, map(fields.field, names)), strict=True))

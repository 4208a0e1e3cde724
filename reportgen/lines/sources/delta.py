"""Reads tables of Delta Lake: the version that is current when the run begins, whatever is written meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from reportgen.errors import ConfigError, DataError, Problem
from reportgen.lines.engine.base import LoadingEngine
from reportgen.lines.sources.databases.columns import describe_field, pick_typed
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
    try:
        import deltalake  # noqa: PLC0415 - an extra
    except ImportError:
        hint = "Install it: pip install 'reportgen[delta]'."
        raise ConfigError(Problem(part.place, "source", "the library for Delta Lake", "none", hint)) from None
    try:
        table: Any = deltalake.DeltaTable(part.place)
        names = [field.name for field in table.schema().fields]
        fields = pa.RecordBatchReader.from_stream(table.scan()).schema
        described = dict(zip(tidy_headings(names), map(describe_field, map(fields.field, names)), strict=True))
        picked = pick_typed(described, pick, part.place)
        columns = {column.name: heading for heading, column in picked.items()}
        reader = pa.RecordBatchReader.from_stream(table.scan(columns=list(columns)))
        name = engine.load_batches(reader, columns)
    except (deltalake.exceptions.DeltaError, OSError, pa.ArrowException) as error:
        came = " ".join(str(error).split())[:300]
        raise DataError(Problem(part.place, "source", "a Delta table that can be read", came)) from None
    numbers = {heading: "true" for heading, column in picked.items() if column.kind == "number"}
    return RawTable(name, tuple(described), native=numbers)

"""Reads tables of Delta Lake: the version that is current when the run begins, whatever is written meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from reportgen.errors import ConfigError, DataError, Problem
from reportgen.lines.engine.base import LoadingEngine
from reportgen.lines.sources.databases.columns import check_types, describe_field
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
        headings = tidy_headings(names)
        wanted = set(pick(headings))
        columns = {name: heading for name, heading in zip(names, headings, strict=True) if heading in wanted}
        reader = pa.RecordBatchReader.from_stream(table.scan(columns=list(columns)))
        described = {columns[field.name]: describe_field(field) for field in reader.schema}
        check_types(described, part.place)
        name = engine.load_batches(reader, columns)
    except (deltalake.exceptions.DeltaError, OSError, pa.ArrowException) as error:
        came = " ".join(str(error).split())[:300]
        raise DataError(Problem(part.place, "source", "a Delta table that can be read", came)) from None
    numbers = {heading: "true" for heading, column in described.items() if column.kind == "number"}
    return RawTable(name, headings, native=numbers)

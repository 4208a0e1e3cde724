"""Tells what the columns of a database's answer hold: numbers, texts, or what no order line has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

from reportgen.errors import DataError, Problem
from reportgen.lines.sources.raw import Pick

Kind = Literal["number", "text", "cast", "any", "unwanted"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table or query.

    Attributes
    ----------
    name : str
        As the database spells it.
    kind : str
        `number`; `text`, which dates are too, once they are written out; `cast` where the database itself has to write
        it out; `any` where each value has a type of its own; `unwanted` where it cannot be part of an order line.
    type : str
        What the database calls its type, for messages.
    """

    name: str
    kind: Kind
    type: str


def describe_field(field: pa.Field) -> Column:
    """Tell what a field of an answer holds."""
    metadata = {key.decode(): value.decode() for key, value in (field.metadata or {}).items()}
    named = metadata.get("POSTGRESQL:type") or metadata.get("ADBC:postgresql:typname")
    kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
    if named == "money":  # the driver hands out cents as whole numbers
        return Column(field.name, "unwanted", "money")
    if isinstance(kind, pa.BaseExtensionType):
        return _describe_extension(field.name, kind, named)
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return Column(field.name, "number", named or str(kind))
    if _is_text(kind) or pa.types.is_boolean(kind) or pa.types.is_null(kind):
        return Column(field.name, "text", named or str(kind))
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind) or pa.types.is_time(kind):
        return Column(field.name, "text", named or str(kind))
    return Column(field.name, "unwanted", named or str(kind))


def _describe_extension(name: str, kind: pa.BaseExtensionType, named: str | None) -> Column:
    type_name = str(getattr(kind, "type_name", "") or named or kind.extension_name)
    if type_name == "numeric":
        return Column(name, "number", type_name)
    if type_name in ("bytea", "geometry", "geography"):
        return Column(name, "unwanted", type_name)
    return Column(name, "text" if _is_text(kind.storage_type) else "cast", type_name)


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def to_plain(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return a batch whose columns are of Arrow's own types: what a driver has wrapped is unwrapped."""
    arrays = [array.storage if isinstance(array, pa.ExtensionArray) else array for array in batch.columns]
    return pa.RecordBatch.from_arrays(arrays, names=batch.schema.names)


def pick_typed(described: Mapping[str, Column], pick: Pick, place: str) -> dict[str, Column]:
    """Pick the columns that are loaded, by their headings.

    A column that holds what no order line has is passed over where the config does not name it.

    Raises
    ------
    DataError
        When one that is needed is not there, or holds what no order line has.
    """
    wanted = set(pick(tuple(described)))
    if any(described[heading].kind == "unwanted" for heading in wanted):
        usable = [heading for heading, column in described.items() if column.kind != "unwanted"]
        try:
            wanted = set(pick(usable))
        except DataError:  # it is one that the config names
            _check_types({heading: described[heading] for heading in wanted}, place)
    return {heading: column for heading, column in described.items() if heading in wanted}


def _check_types(picked: Mapping[str, Column], place: str) -> None:
    """Stop at columns, by their headings, that hold what no order line has."""
    problems = [
        Problem(
            place,
            f"column '{heading}'",
            "numbers, texts or dates",
            f"the type {column.type}",
            f"Write it out in a view or a 'query': CAST({column.name} AS numeric)."
            if column.type == "money"
            else "Leave it out of 'columns', or write it out in a view or a 'query'.",
        )
        for heading, column in picked.items()
        if column.kind == "unwanted"
    ]
    if problems:
        raise DataError(*problems)

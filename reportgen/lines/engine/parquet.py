"""What the embedded engine is told of Parquet files: which rows, what kind of value, and how each is written out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from reportgen.lines.engine.sql import quote_name, quote_path

_FLOATS = ("FLOAT", "DOUBLE")


def kind_of(kind: str, converted: str, logical: str) -> str:
    """Return the kind of value that a Parquet column holds."""
    if "Timestamp" in logical or converted.startswith("TIMESTAMP") or kind == "INT96":
        is_local = kind == "INT96" or "isAdjustedToUTC=0" in logical
        return "local time" if is_local else "instant"
    if "Decimal" in logical or converted == "DECIMAL":
        return "decimal"
    if kind in ("INT32", "INT64") and (not converted or re.match("U?INT_", converted)):
        return "whole number"
    return "real number" if kind in ("FLOAT", "DOUBLE") else f"{kind} {converted}"


def parquet_rows(paths: Sequence[Path], *, beside: str) -> str:
    """Return what to select the rows of Parquet files from."""
    listed = ", ".join(map(quote_path, paths))
    return f"read_parquet([{listed}], union_by_name=true, {beside})"


def as_text(column: str, kind: str) -> str:
    """Return SQL that writes a value out: whole numbers without a decimal point, what is no number as null."""
    quoted = quote_name(column)
    if kind in _FLOATS:
        whole = f"TRY_CAST(TRY_CAST({quoted} AS HUGEINT) AS VARCHAR)"
        return (
            f"CASE WHEN isnan({quoted}) THEN NULL WHEN {quoted} = trunc({quoted}) AND abs({quoted}) < 1e15 THEN {whole}"
            f" ELSE CAST({quoted} AS VARCHAR) END"
        )
    return f"CAST({quoted} AS VARCHAR)"

"""The only places where order lines are computed or moved: small results out, small tables in, or kept in place."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import pandas as pd

from reportgen.lines.engine.base import Engine
from reportgen.lines.engine.duckdb import DuckDBEngine


def collect(frame: nw.LazyFrame[Any]) -> pd.DataFrame:
    """Bring a lazy result into pandas: only for what is as small as the number of customers or products."""
    return _engine_of(frame.implementation).collect(frame)


def _engine_of(implementation: nw.Implementation) -> type[Engine]:
    """Return the engine whose frames a Narwhals backend holds; one that is unknown tells no errors of its own."""
    if implementation is nw.Implementation.DUCKDB:
        return DuckDBEngine
    if implementation.is_spark_like():
        from reportgen.lines.engine.spark import SparkEngine  # noqa: PLC0415 - seldom used

        return SparkEngine
    return Engine


def materialise(engine: Engine, name: str, frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Compute a lazy frame once and go on from the result, which stays in the engine."""
    return engine.materialise(name, frame)


def place_table(engine: Engine, name: str, frame: pd.DataFrame) -> nw.LazyFrame[Any]:
    """Put a small pandas frame into the engine as a table, to be joined with lines there."""
    return engine.place_table(name, frame)

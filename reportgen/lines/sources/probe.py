"""Looks whether a source can be reached, and reads none of its lines."""

from __future__ import annotations

import os

from reportgen.config.engine import EngineOptions
from reportgen.config.lines import SourceOptions
from reportgen.lines.engine.spark_session import open_spark
from reportgen.lines.sources.databases.bounds import EVERYTHING
from reportgen.lines.sources.databases.load import describe_table
from reportgen.lines.sources.delta import DeltaTable, describe_delta
from reportgen.lines.sources.files import SourceFile
from reportgen.lines.sources.lakes import Lake, find_parts


def probe_source(source: SourceOptions, timezone: str | None) -> str:
    """Reach a source; return in words what is there.

    Raises
    ------
    ReportgenError
        When it cannot be reached.
    """
    if source.database is not None:
        columns = describe_table(source.database, EVERYTHING, timezone, os.environ)
        return f"{source.place}: {len(columns)} columns"
    with find_parts(source.path) as parts:
        files = [file for part in parts for file in (part.files if isinstance(part, Lake) else (part,))]
        sizes = [file.size for file in files if isinstance(file, SourceFile)]
        what = f"{len(files):,} file{'' if len(files) == 1 else 's'}"
        described = [describe_delta(file) for file in files if isinstance(file, DeltaTable)]
        if described:
            return f"{source.path}: a Delta table of {len(described[0])} columns"
        return f"{source.path}: {what}, {sum(sizes) / 1e6:,.1f} MB"


def probe_engine(engine: EngineOptions) -> str:
    """Reach the engine that a config names; return in words what is there.

    Raises
    ------
    ReportgenError
        When it cannot be reached.
    """
    if engine.spark is None:
        return "the embedded one"
    with open_spark(engine.spark) as spark:
        return f"Spark {spark.session.version} at {engine.spark.remote or engine.spark.master}"

"""The different values of a column: what is asked of a text is asked once of each, and not of every line."""

from __future__ import annotations

from reportgen.lines.engine.duckdb import DuckDBEngine
from reportgen.lines.engine.sql import quote_name, quote_text
from reportgen.lines.sources.raw import RawTable

_OF = " values of "


def values_of(engine: DuckDBEngine, table: RawTable, column: str) -> tuple[str, str]:
    """List the different values of a column, when first asked for.

    Parameters
    ----------
    engine : DuckDBEngine
        Where the table is.
    table : RawTable
        The lines as texts.
    column : str
        One of its headings.

    Returns
    -------
    tuple of (str, str)
        What to select the column from, and SQL that counts the lines with what is selected. Of a sheet whose cells are
        numbers or texts it is the table itself.
    """
    if table.native:
        return table.name, "count(*)"
    name, lines = quote_name(f"{table.name}{_OF}{column}"), quote_name(f"lines with {column}")
    engine.run(
        f"CREATE TEMP TABLE IF NOT EXISTS {name} AS SELECT {quote_name(column)}, count(*) AS {lines}"
        f" FROM {table.name} GROUP BY ALL"
    )
    return name, f"sum({lines})::BIGINT"


def drop_values(engine: DuckDBEngine, table: RawTable) -> None:
    """Drop the lists of a table's values."""
    found = engine.run(
        f"SELECT table_name FROM duckdb_tables() WHERE starts_with(table_name, {quote_text(table.name + _OF)})"
    )
    for (name,) in found:
        engine.drop(name)

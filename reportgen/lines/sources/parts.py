"""Parts of a source on disk: one for each store, so that other processes can go on from read and judged lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from reportgen import columns as c
from reportgen.lines.engine.duckdb import Engine, open_engine, place_table, quote_name, quote_text
from reportgen.lines.sources.malformed import NO_LINES, MalformedLines
from reportgen.lines.sources.open import TABLE
from reportgen.model.lines import OrderLines

_NUMBER = "part_number"


@dataclass(frozen=True, slots=True)
class Part:
    """The judged lines of one store, or of all, as Parquet.

    Attributes
    ----------
    folder : Path
        Holds the Parquet files; empty when the store has no lines.
    malformed : MalformedLines
        Lines of the source that never became order lines; none for a single store's part.
    has_order_ids, has_products, has_units : bool
        Whether the source tells them.
    """

    folder: Path
    malformed: MalformedLines
    has_order_ids: bool
    has_products: bool
    has_units: bool


def write_parts(
    engine: Engine, classified: OrderLines, stores: Sequence[str | None], folder: Path, malformed: MalformedLines
) -> dict[str | None, Part]:
    """Write a part for each store.

    Parameters
    ----------
    engine : Engine
        Where the lines are.
    classified : OrderLines
        Materialised, with their fates.
    stores : sequence of str or None
        The stores; ``[None]`` for all lines as one part.
    folder : Path
        A folder for the parts, which outlives the engine.
    malformed : MalformedLines
        Goes with the part of all lines.

    Returns
    -------
    dict
        Part by store.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lines = classified.frame.to_native().sql_query()
    if list(stores) == [None]:
        query = f"SELECT 0 AS {_NUMBER}, * FROM ({lines})"
    else:
        numbers = pd.DataFrame({c.STORE: list(stores), _NUMBER: range(len(stores))})
        place_table(engine, "parts", numbers)
        query = f"SELECT parts.{_NUMBER}, lines.* FROM ({lines}) AS lines JOIN parts USING ({c.STORE})"
    engine.run(
        f"COPY ({query}) TO {quote_text(str(folder))} (FORMAT parquet, PARTITION_BY ({quote_name(_NUMBER)}),"
        " OVERWRITE_OR_IGNORE)"
    )
    flags = (classified.has_order_ids, classified.has_products, classified.has_units)
    return {
        store: Part(folder / f"{_NUMBER}={n}", malformed if store is None else NO_LINES, *flags)
        for n, store in enumerate(stores)
    }


@contextmanager
def open_parts(parts: Mapping[str | None, Part] | Mapping[str, Part]) -> Iterator[tuple[Engine, OrderLines]]:
    """Open parts as one set of judged lines, in an engine of its own.

    Parameters
    ----------
    parts : mapping
        By store; None: lines of all stores, as they are.
    """
    with open_engine() as engine:
        made = False
        for store, part in parts.items():
            named = "*" if store is None else f"* REPLACE ({quote_text(store)} AS {c.STORE})"
            for file in sorted(part.folder.glob("*.parquet")):
                rows = f"SELECT {named} FROM read_parquet({quote_text(str(file))}, hive_partitioning=false)"
                engine.run(f"INSERT INTO {TABLE} {rows}" if made else f"CREATE TABLE {TABLE} AS {rows}")
                made = True
        lines = OrderLines(
            frame=engine.lazy(TABLE),
            has_order_ids=all(part.has_order_ids for part in parts.values()),
            has_products=all(part.has_products for part in parts.values()),
            has_units=all(part.has_units for part in parts.values()),
        )
        yield engine, lines

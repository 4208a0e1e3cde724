"""Parts of a source on disk: one for each store, so that other processes can go on from read and judged lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import narwhals as nw
import pandas as pd

from reportgen import columns as c
from reportgen.lines.engine.base import Engine
from reportgen.lines.engine.duckdb import open_engine
from reportgen.lines.sources.malformed import NO_LINES, MalformedLines
from reportgen.lines.sources.typed import TABLE
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
    if list(stores) == [None]:
        frame = classified.frame.with_columns(nw.lit(0).alias(_NUMBER))
    else:
        numbers = pd.DataFrame({c.STORE: list(stores), _NUMBER: range(len(stores))})
        frame = classified.frame.join(engine.place_table("parts", numbers), on=c.STORE, how="inner")
    engine.write_parts(frame, _NUMBER, folder)
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
        for store, part in parts.items():
            for file in sorted(part.folder.glob("*.parquet")):
                engine.append_parquet(TABLE, file, {} if store is None else {c.STORE: store})
        lines = OrderLines(
            frame=engine.lazy(TABLE),
            has_order_ids=all(part.has_order_ids for part in parts.values()),
            has_products=all(part.has_products for part in parts.values()),
            has_units=all(part.has_units for part in parts.values()),
        )
        yield engine, lines

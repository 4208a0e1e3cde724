"""The migration table, and why each segment grew or shrank, as facts: every customer counted once, every penny too."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from reportgen import columns as c
from reportgen.model.change import Cause, Migration, Move, Place, SegmentChange
from reportgen.model.customers import money_of
from reportgen.model.identity import KnownAs, SegmentIdentity
from reportgen.report.assemble import Segmented
from reportgen.report.change.compare import Comparison
from reportgen.segments.migration import (
    CAUSES,
    LEFT,
    NEW,
    RETURNED,
    Standing,
    Way,
    count_moves,
    round_parts,
    split_causes,
    trace_customers,
)
from reportgen.segments.trust.assess import Assessment

_TIMED = {"behaviour": "silence"}
_COIN = c.MONEY_SCALE // 100
_OUTSIDE = {NEW: "new", RETURNED: "returned", LEFT: "left"}


def trace(comparison: Comparison, segmented: Segmented, assessment: Assessment | None = None) -> pd.DataFrame:
    """Trace every customer along the way, by place (`Comparison.place_of`)."""
    labels = segmented.segmentation.labels
    near = None if assessment is None else assessment.on_border
    places = np.array([0, *(comparison.place_of(number) for number in range(1, labels.max() + 1))])
    way = Way(
        before=Standing(comparison.past.before, comparison.before + 1),
        widened=Standing(comparison.past.widened, comparison.widened + 1),
        shifted=Standing(segmented.customers, comparison.shifted + 1),
        places=places[labels],
        on_border=np.zeros(len(labels), dtype=bool) if near is None else near,
        seen_earlier=comparison.past.seen_earlier,
    )
    return trace_customers(way)


def tell_segments(
    comparison: Comparison, identities: Mapping[int, KnownAs], traces: pd.DataFrame
) -> tuple[SegmentChange, ...]:
    """Tell how each segment changed, those that are gone last."""
    known = comparison.previous.model.known
    printed = {row + 1: (segment.customers, segment.amount) for row, segment in enumerate(known)}
    causes = split_causes(traces, printed)
    if {c.RECENCY_DAYS, c.SILENCE} & set(comparison.previous.model.scaler.features):  # time alone moves customers too
        causes = {place: {_TIMED.get(key, key): size for key, size in each.items()} for place, each in causes.items()}
    changes = []
    for number, known_as in identities.items():
        place = comparison.place_of(number)
        changes.append(_tell_segment(known_as.identity, number, printed.get(place), causes.get(place)))
    for row, segment in enumerate(known):
        if row not in comparison.counterparts.values() and segment.customers:
            changes.append(_tell_segment(segment.identity, None, printed[row + 1], causes[row + 1]))
    return tuple(changes)


def _tell_segment(
    identity: SegmentIdentity,
    number: int | None,
    was: tuple[int, int] | None,
    split: Mapping[str, tuple[int, int]] | None,
) -> SegmentChange:
    printed, causes = was or (0, 0), split or dict.fromkeys(CAUSES, (0, 0))
    gained = sum(customers for customers, _ in causes.values())
    amount = printed[1] + sum(money for _, money in causes.values())
    before, now = money_of(printed[1]), money_of(amount)
    coins = round_parts([money for _, money in causes.values()], int((now - before) * 100), _COIN)
    return SegmentChange(
        identity=identity,
        number=number,
        is_new=was is None,
        customers_before=printed[0],
        customers_now=printed[0] + gained,
        customers_change=gained,
        sales_before=before,
        sales_now=now,
        causes=tuple(
            Cause(key, customers, Decimal(coin).scaleb(-2))
            for (key, (customers, _)), coin in zip(causes.items(), coins, strict=True)
        ),
    )


def tell_migration(comparison: Comparison, identities: Mapping[int, KnownAs], traces: pd.DataFrame) -> Migration:
    """Tell where customers went: the same segments as rows and as columns, in the same order."""
    cells = count_moves(traces)
    known = comparison.previous.model.known
    shown = {comparison.place_of(number): known_as.identity for number, known_as in identities.items()}
    present = list(shown)
    names = {identity.name for identity in shown.values()}
    gone = {row + 1: segment.identity for row, segment in enumerate(known) if row + 1 not in shown}
    shown |= {row: _part_name(identity, names) for row, identity in gone.items()}
    sides = {
        "origin": [*(place for place in shown if place <= comparison.rows), NEW, RETURNED],
        "target": [*present, LEFT],
    }
    order = {side: [place for place in places if (cells[side] == place).any()] for side, places in sides.items()}
    records: list[Any] = list(cells.itertuples(index=False))
    moves = [
        Move(
            order["origin"].index(record.origin),
            order["target"].index(record.target),
            record.origin == record.target,
            int(record.customers),
            int(record.by_borders),
            money_of(int(record.amount_before)),
            money_of(int(record.amount_now)),
        )
        for record in records
    ]
    moves.sort(key=lambda move: (move.origin, move.target))
    stays = cells["origin"] == cells["target"]
    between = (cells["origin"] > 0) & (cells["target"] > 0)
    return Migration(
        origins=tuple(_tell_place(n, place, shown, moves) for n, place in enumerate(order["origin"])),
        targets=tuple(_tell_place(n, place, shown, moves, is_target=True) for n, place in enumerate(order["target"])),
        moves=tuple(moves),
        stayed=int(cells.loc[stays, "customers"].sum()),
        moved=int(cells.loc[between & ~stays, "customers"].sum()),
        by_borders=int(cells["by_borders"].sum()),
    )


def _part_name(gone: SegmentIdentity, names: Collection[str]) -> SegmentIdentity:
    """Tell a segment that is gone from one of today's that has come by its name."""
    return replace(gone, name=f"{gone.name} (gone)") if gone.name in names else gone


def _tell_place(
    at: int, place: int, shown: Mapping[int, SegmentIdentity], moves: Sequence[Move], *, is_target: bool = False
) -> Place:
    """Tell a row or a column; its money is the sum of its cells as printed, so that the table adds up."""
    own = [move for move in moves if (move.target if is_target else move.origin) == at]
    sales = sum((move.sales_now if is_target else move.sales_before for move in own), Decimal("0.00"))
    customers = sum(move.customers for move in own)
    return Place(_OUTSIDE.get(place, "segment"), shown.get(place), customers, sales)

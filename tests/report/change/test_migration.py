"""The table of movement and its causes, of eight customers by hand (`tests.made_comparison`)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from reportgen import columns as c
from reportgen.model.change import Migration, Place, SegmentChange
from reportgen.model.identity import KnownSegment
from reportgen.report.change.migration import tell_migration, tell_segments, trace
from reportgen.segments.migration import LEFT, NEW, RETURNED
from tests.made_comparison import IDENTITIES, KNOWN, A, B, C, known_as, make_comparison, make_previous, make_segmented


@pytest.fixture
def traces() -> pd.DataFrame:
    """Trace the customers."""
    return trace(make_comparison(), make_segmented())


@pytest.fixture
def changes(traces: pd.DataFrame) -> tuple[SegmentChange, ...]:
    """Tell how each segment changed."""
    return tell_segments(make_comparison(), IDENTITIES, traces)


@pytest.fixture
def migration(traces: pd.DataFrame) -> Migration:
    """Tell where customers went."""
    return tell_migration(make_comparison(), IDENTITIES, traces)


def test_a_segment_stands_in_the_place_of_its_counterpart() -> None:
    """Places are rows of the earlier model counted from 1; what is new has one behind them all."""
    assert [make_comparison().place_of(number) for number in (1, 2, 3)] == [B + 1, A + 1, 4 + 3]
    assert make_comparison().rows == 4


def test_customers_are_traced_by_place(traces: pd.DataFrame) -> None:
    """Each customer's origin and target are those of the table in `made_comparison`."""
    a, b, d, gone = A + 1, B + 1, 7, C + 1
    assert {who: (row["origin"], row["target"]) for who, row in traces.iterrows()} == {
        "ann": (a, b),
        "bob": (a, a),
        "cat": (b, b),
        "dan": (b, a),
        "eve": (gone, d),
        "fay": (gone, LEFT),
        "gus": (NEW, a),
        "hal": (RETURNED, d),
    }
    assert traces.loc["ann", ["before", "widened", "shifted", "now"]].tolist() == [a, b, b, b]
    assert traces.loc["dan", ["before", "widened", "shifted", "now"]].tolist() == [b, b, a, a]


def test_each_segment_has_its_causes(changes: tuple[SegmentChange, ...]) -> None:
    """Printed figures and causes are those of the table; the segment that is gone comes last, the empty one not at all."""
    found: Any = {one.name: {cause.key: (cause.customers, cause.sales) for cause in one.causes} for one in changes}
    keys = ("corrected", "new", "returned", "behaviour", "aged_out", "boundaries")
    by_hand = {
        "B": ((-1, -5), (0, 0), (0, 0), (1, 110), (-1, -40), (0, 0)),
        "A": ((0, 0), (1, 5), (0, 0), (-1, -10), (1, 25), (0, 0)),
        "D": ((0, 0), (0, 0), (0, 0), (0, 0), (0, 0), (2, 57)),
        "C": ((0, 0), (0, 0), (1, 7), (0, 0), (-1, -60), (-2, -57)),
    }
    assert list(found) == list(by_hand)
    assert found == {name: dict(zip(keys, causes, strict=True)) for name, causes in by_hand.items()}


def test_each_segment_says_what_it_was_and_is(changes: tuple[SegmentChange, ...]) -> None:
    """Before is as printed, now is as today, and the change is between them."""
    told = [
        (one.name, one.number, one.is_new, one.customers_before, one.customers_now, one.customers_change)
        for one in changes
    ]
    assert told == [
        ("B", 1, False, 3, 2, -1),
        ("A", 2, False, 2, 3, 1),
        ("D", 3, True, 0, 2, 2),
        ("C", None, False, 2, 0, -2),
    ]
    money: Any = [(one.sales_before, one.sales_now) for one in changes]
    assert money == [(75, 140), (30, 50), (0, 57), (110, 0)]
    assert str(changes[0].sales_now) == "140.00"


def test_parts_of_a_penny_go_where_the_most_of_one_is() -> None:
    """Causes are told in whole pennies that add up to the printed change, though each has parts of one."""
    known = KnownSegment(known_as(1, "A"), 1, 0, 1.0)
    comparison = make_comparison(
        previous=make_previous(model=replace(make_previous().model, known=(known,), centers=np.zeros((1, 1)))),
        counterparts={1: 0},
    )
    steps = {"before": [1, 0, 0], "widened": [1, 1, 1], "shifted": [1, 1, 1], "now": [1, 1, 1]}
    money = {"amount_before": [33, 0, 0], "amount_widened": [33, 34, 133], "amount_now": [33, 34, 133]}
    ways = {"origin": [1, RETURNED, NEW], "target": [1, 1, 1], "on_border": [0, 0, 0]}
    [change] = tell_segments(comparison, {1: known.known_as}, pd.DataFrame({**steps, **money, **ways}))
    sales = {cause.key: cause.sales for cause in change.causes if cause.sales}
    assert change.sales_now == Decimal("0.02")
    assert sales == {"new": Decimal("0.01"), "returned": Decimal("0.01")}


def test_rows_and_columns_of_the_table(migration: Migration) -> None:
    """Rows are earlier segments that had customers, columns those of today, in one order; outsiders come last."""

    def told(places: tuple[Place, ...]) -> list[tuple[str, str, int, Decimal]]:
        return [(place.kind, place.name, place.customers, place.sales) for place in places]

    assert told(migration.origins) == [
        ("segment", "B", 2, Decimal(70)),
        ("segment", "A", 2, Decimal(30)),
        ("segment", "C", 2, Decimal(110)),
        ("new", "New", 1, Decimal(0)),
        ("returned", "Returned", 1, Decimal(0)),
    ]
    assert told(migration.targets) == [
        ("segment", "B", 2, Decimal(140)),
        ("segment", "A", 3, Decimal(50)),
        ("segment", "D", 2, Decimal(57)),
        ("left", "Left", 1, Decimal(0)),
    ]
    assert migration.origins[-1].identity is None


def test_cells_of_the_table(migration: Migration) -> None:
    """Each cell has its customers, their sales then and now, and those whom only a border moved; row by row."""
    cells: Any = [
        (move.origin, move.target, move.is_stay, move.customers, move.by_borders, move.sales_before, move.sales_now)
        for move in migration.moves
    ]
    assert cells == [
        (0, 0, True, 1, 0, 30, 30),
        (0, 1, False, 1, 0, 40, 25),
        (1, 0, False, 1, 0, 10, 110),
        (1, 1, True, 1, 0, 20, 20),
        (2, 2, False, 1, 1, 50, 50),
        (2, 3, False, 1, 0, 60, 0),
        (3, 1, False, 1, 0, 0, 5),
        (4, 2, False, 1, 0, 0, 7),
    ]
    assert (migration.stayed, migration.moved, migration.by_borders) == (2, 3, 1)


def test_pennies_of_the_table_add_up_as_printed() -> None:
    """The money of a row is the sum of its cells as they are printed, not of what they were before rounding."""
    steps = {"before": [1, 1], "widened": [1, 1], "shifted": [1, 2], "now": [1, 2]}
    money = {"amount_before": [60, 60], "amount_widened": [60, 60], "amount_now": [60, 60]}
    ways = {"origin": [1, 1], "target": [1, 2], "on_border": [0, 0]}
    told = tell_migration(make_comparison(), IDENTITIES, pd.DataFrame({**steps, **money, **ways}))
    assert [place.sales for place in told.origins] == [Decimal("0.02")]
    assert c.MONEY_SCALE == 10_000


def test_an_earlier_segment_that_is_empty_has_no_row(migration: Migration) -> None:
    """The segment that nobody was in is neither a row nor a column, nor does it have a change."""
    assert KNOWN[2].name == "E"
    assert "E" not in {place.name for place in (*migration.origins, *migration.targets)}

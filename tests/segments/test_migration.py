"""Every customer and every penny of a change is in the movement table once, and has exactly one cause."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen import columns as c
from reportgen.model.customers import Customers
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

Row = tuple[str, int, int]


def standing(rows: list[Row]) -> Standing:
    """Make customers with id, segment and amount."""
    frame = pd.DataFrame(
        {c.CUSTOMER_ID: [one[0] for one in rows], c.AMOUNT: np.array([one[2] for one in rows], dtype=np.int64)}
    )
    return Standing(Customers(frame, orders=len(rows)), np.array([one[1] for one in rows], dtype=np.int64))


def way(before: list[Row], widened: list[Row], shifted: list[Row], now: list[int], earlier: list[str]) -> Way:
    """Make the way from one report to the next."""
    nobody = np.zeros(len(now), dtype=bool)
    return Way(standing(before), standing(widened), standing(shifted), np.array(now, dtype=np.int64), nobody, earlier)


HAND = way(
    before=[("ann", 1, 100), ("bob", 1, 50), ("cy", 2, 20), ("dee", 2, 10)],
    widened=[("ann", 1, 130), ("bob", 1, 50), ("cy", 1, 90), ("dee", 2, 10), ("eve", 2, 5), ("fay", 2, 7)],
    shifted=[("ann", 1, 120), ("bob", 1, 50), ("cy", 1, 90), ("eve", 2, 5), ("fay", 2, 7)],
    now=[1, 2, 1, 2, 2],
    earlier=["fay"],
)


def test_moves_made_by_hand() -> None:
    """Ann stayed, Bob fell to a moved border, Cy rose by buying, Dee left, Eve is new, Fay has returned."""
    moves = count_moves(trace_customers(HAND))
    cells = {(row.origin, row.target): (row.customers, row.by_borders, row.amount_now) for row in moves.itertuples()}
    assert cells == {
        (1, 1): (1, 0, 120),
        (1, 2): (1, 1, 50),
        (2, 1): (1, 0, 90),
        (2, LEFT): (1, 0, 0),
        (NEW, 2): (1, 0, 5),
        (RETURNED, 2): (1, 0, 7),
    }


def test_causes_made_by_hand() -> None:
    """Each step of the way is the cause that it should be, and a printed figure that has changed is a correction."""
    causes = split_causes(trace_customers(HAND), {1: (2, 140), 2: (3, 30)})
    assert causes[1] == {
        "corrected": (0, 10),
        "new": (0, 0),
        "returned": (0, 0),
        "behaviour": (1, 120),
        "aged_out": (0, -10),
        "boundaries": (-1, -50),
    }
    assert causes[2] == {
        "corrected": (-1, 0),
        "new": (1, 5),
        "returned": (1, 7),
        "behaviour": (-1, -20),
        "aged_out": (-1, -10),
        "boundaries": (1, 50),
    }


def test_noise_of_a_refit_is_borders_alone() -> None:
    """With the same customers and sales in another division, borders carry the change and nothing else any of it."""
    same = [(f"c{n}", 1 + n % 2, 10 * n) for n in range(40)]
    traces = trace_customers(way(same, same, same, [1 + (n // 2) % 2 for n in range(40)], []))
    printed = {place: (20, sum(one[2] for one in same if one[1] == place)) for place in (1, 2)}
    for causes in split_causes(traces, printed).values():
        assert all(causes[cause] == (0, 0) for cause in CAUSES if cause != "boundaries")
    moves = count_moves(traces)
    assert (moves["by_borders"] == moves["customers"])[moves["origin"] != moves["target"]].all()


customers = st.dictionaries(
    st.sampled_from([f"c{n}" for n in range(12)]), st.tuples(st.integers(1, 4), st.integers(-500, 9999))
)


@given(customers, customers, customers, st.data())
def test_everything_adds_up(before: dict, widened: dict, shifted: dict, data: st.DataObject) -> None:
    """Rows add up to the previous report, columns to this one, causes from what was printed to what is now."""
    rows = [[(name, *one) for name, one in sorted(step.items())] for step in (before, widened, shifted)]
    now = [data.draw(st.integers(1, 5)) for _ in shifted]
    places = range(1, 6)
    printed = {place: (data.draw(st.integers(0, 9)), data.draw(st.integers(0, 9999))) for place in (1, 2, 3, 4)}
    traces = trace_customers(
        way(rows[0], rows[1], rows[2], now, data.draw(st.lists(st.sampled_from(["c0", "c1", "c2"]))))
    )
    moves, causes = count_moves(traces), split_causes(traces, printed)
    for place in places:
        out = moves[moves["origin"] == place]
        assert out["customers"].sum() == sum(one[1] == place for one in rows[0])
        assert out["amount_before"].sum() == sum(one[2] for one in rows[0] if one[1] == place)
        into = moves[moves["target"] == place]
        assert into["customers"].sum() == now.count(place)
        amount = sum(one[2] for one, at in zip(rows[2], now, strict=True) if at == place)
        assert into["amount_now"].sum() == amount
        found = causes.get(place, dict.fromkeys(CAUSES, (0, 0)))
        was = printed.get(place, (0, 0))
        assert was[0] + sum(one[0] for one in found.values()) == now.count(place)
        assert was[1] + sum(one[1] for one in found.values()) == amount


@given(st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=6), st.data())
def test_rounded_parts_add_up(parts: list[int], data: st.DataObject) -> None:
    """Pennies add up to the total and are never a penny or more away from what they round, where the total is theirs."""
    exact = sum(parts)
    total = exact // 100 + data.draw(st.integers(0, 1)) * (exact % 100 != 0)
    rounded = round_parts(parts, total, 100)
    assert sum(rounded) == total
    assert all(abs(coin * 100 - part) < 100 for coin, part in zip(rounded, parts, strict=True))


@pytest.mark.parametrize(
    ("parts", "total", "expected"),
    [
        ([150, 160], 3, [1, 2]),
        ([150, 160], 1, [0, 1]),
        ([150, 160, 170], 1, [0, 0, 1]),
        ([150, 160, 170], 5, [1, 2, 2]),
        ([160, 160], 3, [2, 1]),
    ],
)
def test_remainders_decide_who_is_rounded_up(parts: list[int], total: int, expected: list[int]) -> None:
    """A penny too few goes to the largest remainder, a penny too many comes from the smallest, the first of equals."""
    assert round_parts(parts, total, 100) == expected


def test_a_border_customer_s_move_is_no_behaviour() -> None:
    """Cy, who went from 2 to 1 by her orders and stands on a border, is told under the borders; sums stay the same."""
    near = np.array([False, False, True, False, False])
    plain, told = trace_customers(HAND), trace_customers(replace(HAND, on_border=near))
    printed = {1: (2, 150), 2: (2, 30)}
    before, after = split_causes(plain, printed), split_causes(told, printed)
    assert before[1]["behaviour"] == (1, 120)
    assert after[1]["behaviour"] == (0, 30)
    for place in (1, 2):
        moved = [after[place]["boundaries"][n] - before[place]["boundaries"][n] for n in (0, 1)]
        assert moved == [before[place]["behaviour"][n] - after[place]["behaviour"][n] for n in (0, 1)]
        assert [sum(cause[n] for cause in after[place].values()) for n in (0, 1)] == [
            sum(cause[n] for cause in before[place].values()) for n in (0, 1)
        ]
    by = {(row.origin, row.target): row.by_borders for row in count_moves(told).itertuples()}
    assert by[2, 1] == 1
    assert {(row.origin, row.target): row.by_borders for row in count_moves(plain).itertuples()}[2, 1] == 0


def test_who_stays_on_a_border_has_behaved() -> None:
    """What Ann bought more counts as that, on a border or not: she changed no segment."""
    told = trace_customers(replace(HAND, on_border=np.array([True, False, False, False, False])))
    printed = {1: (2, 150), 2: (2, 30)}
    assert split_causes(told, printed) == split_causes(trace_customers(HAND), printed)

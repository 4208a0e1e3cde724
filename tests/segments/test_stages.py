"""Where customers stand by time, and what those who were late did: by hand, and against a naive second computation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.model.stages import BaseRate, StageCounts
from reportgen.segments.stages import Rhythm, Visits, add_stages, count_stages, find_late, find_stages, look_back

AT = 1_000


def rhythm(days: int, span: int, silent: int) -> Rhythm:
    """Make the rhythm of one customer: days with orders, days from the first to the last, days since."""
    return Rhythm(np.array([days]), np.array([AT - silent - span]), np.array([AT - silent]))


@pytest.mark.parametrize(
    ("days", "span", "silent", "expected"),
    [
        (3, 20, 31, True),
        (3, 20, 30, False),
        (3, 100, 101, True),
        (3, 100, 100, False),
        (11, 100, 31, True),
        (2, 10, 300, False),
        (1, 0, 300, False),
    ],
    ids=["late", "not yet 30 days", "twice the gap", "just twice", "many days", "two days", "one day"],
)
def test_late_is_twice_the_usual_gap(days: int, span: int, silent: int, expected: bool) -> None:
    """Late: orders on three days or more, silent for more than twice the mean gap between them and more than 30 days."""
    assert find_late(rhythm(days, span, silent), AT).tolist() == [expected]


@pytest.mark.parametrize(
    ("days", "span", "silent", "first", "expected"),
    [
        (1, 0, 59, 59, "new"),
        (4, 30, 29, 59, "new"),
        (1, 0, 60, 60, "active"),
        (1, 0, 180, 180, "active"),
        (1, 0, 181, 181, "lapsed"),
        (1, 0, 10, 700, "active"),
        (3, 20, 31, 500, "late"),
        (3, 20, 400, 500, "late"),
        (3, 300, 181, 900, "lapsed"),
        (2, 300, 100, 400, "active"),
    ],
)
def test_each_customer_stands_at_one_stage(days: int, span: int, silent: int, first: int, expected: str) -> None:
    """New for 60 days from the first order of all lines; then late by the own rhythm; without that lapsed after 180."""
    assert find_stages(rhythm(days, span, silent), np.array([AT - first]), AT).tolist() == [expected]


def test_stages_add_up() -> None:
    """Each customer counts once, and segments add up to all."""
    counted = count_stages(np.array(["new", "late", "late", "active"]))
    assert counted == StageCounts(new=1, active=1, late=2, lapsed=0)
    assert counted.total == 4
    assert add_stages([counted, StageCounts(1, 2, 3, 4)]) == StageCounts(2, 3, 5, 4)


def test_the_past_by_hand() -> None:
    """Of three with a rhythm two were late at day 100, of whom one came back; who was not did; day 200 is too near."""
    days = {1: [10, 20, 30, 150], 2: [10, 20, 30], 3: [60, 75, 95, 120], 4: [90, 95], 5: [150]}
    visits = Visits(
        np.array([who for who, seen in days.items() for _ in seen]),
        np.array([day for seen in days.values() for day in seen]),
    )
    assert look_back(visits, [(0, 100), (0, 200)], as_of=200) == BaseRate(1, 2, 1, 1, 1)
    assert look_back(visits, [(0, 200)], as_of=200) is None
    assert look_back(visits, [(90, 100)], as_of=200) is None  # nobody has three days in that window


@given(
    st.dictionaries(st.integers(1, 9), st.sets(st.integers(0, 400), min_size=1, max_size=9), min_size=1),
    st.lists(st.integers(50, 400), min_size=1, max_size=9, unique=True).map(sorted),
)
def test_the_past_equals_a_naive_count(days: dict[int, set[int]], ends: list[int]) -> None:
    """Loops over each month end and each customer give the same four numbers."""
    visits = Visits(
        np.array([who for who in sorted(days) for _ in days[who]]),
        np.array([day for who in sorted(days) for day in sorted(days[who])]),
    )
    usable = [end for end in ends if end + 90 <= 400][-6:]
    counts = [0, 0, 0, 0]
    for end in usable:
        for seen in days.values():
            past = sorted(day for day in seen if 20 <= day <= end)
            if len(past) >= 3:
                gap = (past[-1] - past[0]) / (len(past) - 1)
                on_time = not (end - past[-1] > 2 * gap and end - past[-1] > 30)
                counts[2 * on_time] += 1
                counts[2 * on_time + 1] += any(end < day <= end + 90 for day in seen)
    expected = BaseRate(len(usable), *counts) if counts[0] + counts[2] else None
    assert look_back(visits, [(20, end) for end in ends], as_of=400) == expected

"""Each month's first buyers are followed, by hand and against a naive count."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.model.months import Cohort
from reportgen.returning.cohorts import find_cohorts
from tests.returning.made_days import on, walk

BUYERS = {
    1: ["2025-08-02", "2025-08-03"],  # of the first month: may have bought before the lines begin
    2: ["2025-09-05"],
    3: ["2025-09-05", "2025-12-04"],  # 90 days later
    4: ["2025-09-05", "2025-12-05"],  # 91
    5: ["2025-09-30"],
    6: ["2025-11-04", "2025-11-05", "2026-01-05", "2026-01-06"],
}


def test_first_buyers_who_came_back() -> None:
    """90 days count and 91 do not, the first month is left out, and a month counts each customer once."""
    days = walk([(who, on(day), 1.0) for who, days in BUYERS.items() for day in days])
    assert find_cohorts(days, on("2026-01-31")) == (
        Cohort("2025-09", 4, 1, is_ripe=True, ordered=(0, 0, 2, 0)),
        Cohort("2025-11", 1, 1, is_ripe=False, ordered=(0, 1)),
    )


@pytest.mark.parametrize(("as_of", "is_ripe"), [("2025-12-29", True), ("2025-12-28", False)])
def test_a_month_is_ripe_after_ninety_days(as_of: str, is_ripe: bool) -> None:
    """Who bought first on the last day of September has had 90 days on 29 December."""
    days = walk([(1, on("2025-08-02"), 1.0), (2, on("2025-09-01"), 1.0)])
    assert find_cohorts(days, on(as_of)) == (Cohort("2025-09", 1, 0, is_ripe=is_ripe, ordered=(0, 0, 0)),)


def test_no_more_than_twelve_months_are_followed() -> None:
    """A cohort of long ago is followed for a year."""
    days = walk(
        [(1, on("2020-01-02"), 1.0), (2, on("2020-02-02"), 1.0), (2, on("2021-02-02"), 1.0), (2, on("2023-01-01"), 1.0)]
    )
    assert [cohort.ordered for cohort in find_cohorts(days, on("2023-02-01"))] == [(0,) * 11 + (1,)]


def test_nobody_is_no_cohort() -> None:
    """Without an order there is no month."""
    assert find_cohorts(walk([]), on("2026-01-31")) == ()


@given(st.lists(st.tuples(st.integers(1, 8), st.integers(0, 500)), max_size=60, unique=True))
def test_cohorts_equal_a_naive_count(visits: list[tuple[int, int]]) -> None:
    """Loops over customers and months give the same counts."""
    begin, as_of = date(2024, 1, 15), date(2024, 1, 15) + timedelta(days=500)
    found = find_cohorts(
        walk([(who, on(str(begin + timedelta(days=day))), 1.0) for who, day in visits]), on(str(as_of))
    )
    days: dict[int, list[date]] = {}
    for who, day in visits:
        days.setdefault(who, []).append(begin + timedelta(days=day))
    firsts = {who: min(seen) for who, seen in days.items()}
    months = sorted({f"{day:%Y-%m}" for day in firsts.values()})[1:]
    assert [cohort.month for cohort in found] == months
    for cohort in found:
        mine = [who for who, first in firsts.items() if f"{first:%Y-%m}" == cohort.month]
        assert cohort.customers == len(mine)
        back = sum(any(0 < (day - firsts[who]).days <= 90 for day in days[who]) for who in mine)
        assert cohort.came_back == back
        for after, ordered in enumerate(cohort.ordered or (), 1):
            number = int(cohort.month[:4]) * 12 + int(cohort.month[5:]) - 1 + after
            name = f"{number // 12}-{number % 12 + 1:02}"
            assert ordered == sum(any(f"{day:%Y-%m}" == name for day in days[who]) for who in mine)

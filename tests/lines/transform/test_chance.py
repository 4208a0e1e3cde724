"""Chance: variants by name and code, seasons by month, and the probability of lying in one basket."""

from __future__ import annotations

import numpy as np
import pytest

from reportgen.lines.transform.chance import (
    are_variants,
    expect_pairs,
    find_beyond_chance,
    find_seasons,
    have_one_stem,
    meet_by_chance,
)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("JUMBO BAG RED RETROSPOT", "JUMBO BAG PINK POLKADOT", True),
        ("Jumbo bag, scandinavian blue paisley", "JUMBO BAG RED RETROSPOT", True),
        ("GREEN REGENCY TEACUP AND SAUCER", "ROSES REGENCY TEACUP AND SAUCER", True),
        ("PACK OF 60 PINK PAISLEY CAKE CASES", "60 TEATIME FAIRY CAKE CASES", True),
        ("ROSES REGENCY TEACUP AND SAUCER", "REGENCY CAKESTAND 3 TIER", False),
        ("SET OF 3 REGENCY CAKE TINS", "REGENCY CAKESTAND 3 TIER", False),
        ("Tea cup", "Tea pot", False),
        ("Knife and fork", "Salt and pepper", False),
        ("", "", False),
    ],
)
def test_variants_share_most_of_their_names(first: str, second: str, expected: bool) -> None:
    """Two words of three letters at least, and half of the shorter name's; one word or a number makes no variant."""
    assert are_variants(first, second) is are_variants(second, first) is expected


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("85099B", "85099C", True),
        ("TS-01-RED", "TS-01-BLUE", True),
        ("22697", "22698", False),
        ("85099B", "85099B", False),
        ("AB", "AC", False),
        ("POST", "PADS", False),
    ],
)
def test_codes_of_one_stem(first: str, second: str, expected: bool) -> None:
    """Codes that differ in the letters at their end alone are variants; without a digit nothing is left to agree."""
    assert have_one_stem(first, second) is expected


def test_two_lines_in_one_basket_by_hand() -> None:
    """Baskets of 1, 2 and 3 lines: of 6 x 5 ordered pairs of lines 0 + 2 + 6 lie together; one line meets none."""
    assert meet_by_chance(np.array([6.0, 1.0, 0.0]), np.array([8.0, 0.0, 0.0])) == pytest.approx([8 / 30, 0, 0])


def test_chance_equals_dealing_the_lines_out_anew() -> None:
    """Three lines of A and four of B, dealt 20,000 times into baskets of 1 to 5 lines, meet as often as is expected."""
    random = np.random.default_rng(3)
    sizes = np.array([1, 1, 2, 2, 3, 4, 5])
    baskets, lines = np.repeat(np.arange(7), sizes), int(sizes.sum())
    met = 0
    for _ in range(20_000):
        dealt = random.permutation(baskets)[:7]
        met += int((dealt[:3][:, None] == dealt[3:][None, :]).sum())
    together = meet_by_chance(np.array([float(lines)]), np.array([float((sizes * (sizes - 1)).sum())]))
    expected = expect_pairs(np.array([[3.0]]), np.array([[4.0]]), together)[0]
    assert met / 20_000 == pytest.approx(expected, rel=0.03)


def test_months_are_expected_apart() -> None:
    """Products of different months never meet; the months' expectations add up."""
    together = np.array([0.1, 0.2])
    first, second = np.array([[5.0, 0.0], [5.0, 2.0]]), np.array([[0.0, 5.0], [4.0, 3.0]])
    assert expect_pairs(first, second, together) == pytest.approx([0.0, 5 * 4 * 0.1 + 2 * 3 * 0.2])


def test_the_more_is_looked_at_the_more_it_takes() -> None:
    """Six orders where one is expected are beyond chance among three pairs, and not among three hundred."""
    orders, expected = np.array([6.0]), np.array([1.0])
    assert find_beyond_chance(orders, expected, 3).tolist() == [True]
    assert find_beyond_chance(orders, expected, 300).tolist() == [False]
    assert find_beyond_chance(np.zeros(0), np.zeros(0), 0).tolist() == []


def test_a_season_is_three_months_in_a_row() -> None:
    """Four fifths within three months make a season; all year round, spread months or a short window make none."""
    months = [
        [0, 0, 0, 0, 0, 0, 0, 30, 40, 10, 0, 0],
        [10, 0, 0, 0, 0, 0, 0, 30, 0, 0, 0, 0],
        [5] * 12,
        [0, 0, 0, 0, 0, 0, 40, 0, 0, 0, 0, 10],
        [0, 0, 0, 0, 0, 0, 39, 0, 0, 0, 0, 11],
        [0] * 12,
    ]
    assert find_seasons(np.array(months, dtype=float)).tolist() == [7, -1, -1, 4, -1, -1]
    assert find_seasons(np.array([[0, 0, 0, 0, 0, 0, 9, 9]], dtype=float)).tolist() == [-1]

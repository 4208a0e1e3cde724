"""A mistake must be told so that its reader can mend it: the option, the place, what was expected, what came."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.config.load import options_from
from reportgen.config.mistakes import by_place, node_at
from reportgen.config.nodes import compose_text, find_repeated_keys, place_of
from reportgen.errors import ConfigError, Problem

TEXT = """\
reprot:
  id: shop
locale: xx_YY
currency: Pounds
period: 2025-13
window: 12
cleansing:
  returns: nett
  max_dropped_share: 1.5
  zero_price: keep
  zero_price: drop
segments:
  features: [total_sales, orders_count]
  random_state: -1
"""
TOLD = [
    "c.yaml:1:1: reprot: expected a known option, got 'reprot'. Did you mean 'report'?",
    "c.yaml:3:9: locale: expected a locale such as 'en_GB' or 'de_DE', got 'xx_YY'",
    "c.yaml:4:11: currency: expected an ISO 4217 currency code such as 'GBP' or 'EUR', got 'Pounds'",
    "c.yaml:5:9: period: expected 'last', a month such as '2026-05', or months such as '2026-01..2026-05', got '2025-13'",
    "c.yaml:6:9: window: expected 'all' or a number of months such as '12 months', got '12'",
    "c.yaml:8:12: cleansing.returns: expected one of 'drop' or 'net', got 'nett'. Did you mean 'net'?",
    "c.yaml:9:22: cleansing.max_dropped_share: expected a number of at most 1.0, got '1.5'",
    "c.yaml:11:3: cleansing.zero_price: expected each key once, got it again (first in line 10)",
    "c.yaml:13:27: segments.features.1: expected one of 'total_sales', 'order_count', 'avg_order_value' or"
    " 'recency_days', got 'orders_count'. Did you mean 'order_count'?",
    "c.yaml:14:17: segments.random_state: expected a number of at least 0, got '-1'",
]


def problems_in(text: str, **environ: str) -> list[Problem]:
    """Return the problems of a config given as text."""
    root = compose_text(text, "c.yaml")
    with pytest.raises(ConfigError) as caught:
        options_from(root, environ, find_repeated_keys(root))
    return list(caught.value.problems)


def test_ten_mistakes_are_told_word_for_word() -> None:
    """Every mistake has one line of one shape, in the order of the file."""
    assert [str(problem).splitlines()[0] for problem in problems_in(TEXT)] == TOLD


def test_every_mistake_shows_its_line_and_a_caret() -> None:
    """Below the message stands the line as it is in the file, and a caret below the named column."""
    lines = TEXT.splitlines()
    for problem in problems_in(TEXT):
        _, line, column = problem.place.split(":")
        assert problem.excerpt == f"    {lines[int(line) - 1]}\n{' ' * (4 + int(column) - 1)}^"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("currency: 5\n", "1:11: currency: expected text, got '5'. Put it in quotes."),
        ("currency: true\n", "1:11: currency: expected text, got 'true'. Put it in quotes."),
        ("currency:\n", "1:10: currency: expected text, got nothing (null)"),
        ("currency: [EUR]\n", "1:11: currency: expected text, got a list"),
        ("currency: {EUR: 1}\n", "1:11: currency: expected text, got a block of 'key: value' lines"),
        ("report: 5\n", "1:9: report: expected a block of 'key: value' lines, got '5'"),
        ("report: []\n", "1:9: report: expected a block of 'key: value' lines, got a list"),
        ("report:\n", "1:8: report: expected a block of 'key: value' lines, got nothing (null)"),
        ("outputs: html\n", "1:10: outputs: expected a list, got 'html'"),
        ("outputs: [html, doc]\n", "1:17: outputs.1: expected one of 'html', 'pdf' or 'summary_pdf', got 'doc'"),
        ("segments: {features: []}\n", "1:22: segments.features: expected at least 1 of them, got a list"),
        ("segments: {min_customers: 1}\n", "1:27: segments.min_customers: expected a number of at least 2, got '1'"),
        ("segments: {min_customers: '40'}\n", "1:27: segments.min_customers: expected a whole number, got '40'"),
        ("segments: {min_customers: 1.5}\n", "1:27: segments.min_customers: expected a whole number, got '1.5'"),
        ("products: {pairs: 51}\n", "1:19: products.pairs: expected a number of at most 50, got '51'"),
        ("advice: {step_up_share: lots}\n", "1:25: advice.step_up_share: expected a number, got 'lots'"),
        (
            "segments: {names: {rare_bgi: x}}\n",
            "1:20: segments.names.rare_bgi: expected one of 'frequent_big', 'frequent_mid', 'frequent_small',"
            " 'occasional_big', 'occasional_mid', 'occasional_small', 'rare_big', 'rare_mid' or 'rare_small',"
            " got 'rare_bgi'. Did you mean 'rare_big'?",
        ),
        (
            "source: {separator: \\t}\n",
            "1:21: source.separator: expected one of 'detect', ',', ';', '\\t', '|' or 'spaces', got '\\t'."
            " Put it in double quotes: only there does a backslash make a tab.",
        ),
        (
            "cleansing: {leave_out_customers: [a, 12345]}\n",
            "1:38: cleansing.leave_out_customers.1: expected text, got '12345'. Put it in quotes.",
        ),
        (
            "report: {color: red}\n",
            "1:10: report.color: expected a known option, got 'color'. Known here: formerly, id, title",
        ),
        ("report: {Title: x}\n", "1:10: report.Title: expected a known option, got 'Title'. Did you mean 'title'?"),
        (
            'period: "a\\nb"\n',
            "1:9: period: expected 'last', a month such as '2026-05', or months such as '2026-01..2026-05', got 'a\\nb'",
        ),
    ],
)
def test_each_kind_of_mistake_is_one_line(text: str, told: str) -> None:
    """Wrong types, ranges, literals, names and shapes are each one problem, told in the house's words."""
    (problem,) = problems_in(text)
    assert str(problem).splitlines()[0] == f"c.yaml:{told}"


def test_wrong_items_do_not_make_a_list_too_short() -> None:
    """A list of one wrong item is one mistake."""
    (problem,) = problems_in("segments: {features: [sales]}\n")
    assert problem.thing == "segments.features.0"


def test_a_missing_variable_is_the_only_mistake_of_its_value() -> None:
    """What a missing variable leaves behind is not told a second time as a wrong value."""
    problems = problems_in("source:\n  path: ${FOLDER}\nperiod: ${MONTH}\nlocale: xx\n")
    assert [problem.thing for problem in problems] == ["FOLDER", "MONTH", "locale"]


def test_a_mistake_can_come_from_a_variable() -> None:
    """The value of a variable is checked like any other, at the place where the variable is named."""
    (problem,) = problems_in("period: ${MONTH}\n", MONTH="May")
    assert (problem.place, problem.came) == ("c.yaml:1:9", "'May'")


@given(st.text(st.sampled_from("ab \n\té'\"$"), min_size=1, max_size=200))
def test_whatever_came_is_told_in_one_line(value: str) -> None:
    """No value breaks the message into lines or makes it endless."""
    (problem,) = problems_in("period: ${X}\n", X=value)
    line = str(problem).removesuffix("\n" + problem.excerpt)
    assert "\n" not in line
    assert len(line) < 250


@given(st.permutations([("b.yaml", 9, 1), ("b.yaml", 10, 1), ("b.yaml", 10, 12), ("a.yaml", 99, 1), ("c.yaml", 0, 0)]))
def test_problems_are_sorted_by_number_and_not_by_digit(places: list[tuple[str, int, int]]) -> None:
    """Line 9 comes before line 10, file by file, and a problem of a whole file stands among the others."""
    problems = [Problem(f"{name}:{line}:{column}" if line else name, "x", "y", "z") for name, line, column in places]
    assert [by_place(problem) for problem in sorted(problems, key=by_place)] == sorted(places)


@pytest.mark.parametrize(
    ("loc", "place"),
    [
        ([], "c.yaml:1:1"),
        (["a"], "c.yaml:2:3"),
        (["a", "b"], "c.yaml:2:6"),
        (["a", "b", 1], "c.yaml:2:10"),
        (["a", "b", 7], "c.yaml:2:6"),
        (["a", "zzz", "y"], "c.yaml:2:3"),
        (["zzz"], "c.yaml:1:1"),
    ],
)
def test_a_location_finds_its_node_or_the_nearest_above(loc: list[str | int], place: str) -> None:
    """What does not exist is told at the block that should hold it."""
    assert place_of(node_at(compose_text("a:\n  b: [x, y]\n", "c.yaml"), loc)) == place

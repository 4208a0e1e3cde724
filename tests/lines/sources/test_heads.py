"""The table is found wherever an export puts it, and what stands above it is no order line."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.errors import DataError
from reportgen.lines.sources.heads import find_head
from reportgen.lines.sources.raw import tidy_heading, tidy_headings

WANTED = ("order", "customer", "date", "quantity", "price", "code", "name")
HEAD = ",".join(WANTED)
LINE = "1,ann,2026-01-02,2,3.50,T1,Teapot"


def test_the_first_line_is_the_head_where_none_shows_more() -> None:
    """Where no line shows a heading that the config names, the first that is not blank is taken for it."""
    head = find_head(["", "a;b;c", "1;2;3"], WANTED)
    assert head is not None
    assert (head.cells, head.separator, head.above, head.is_first) == (("a", "b", "c"), ";", 1, True)
    assert find_head(["", "  "], WANTED) is None


@pytest.mark.parametrize(
    "above",
    [
        ["Sales by line"],
        ["Sales by line", "", "Period:,01.01.2025 - 31.12.2025", "Printed by,admin", ""],
        ["order of the day"],
        ["-" * 40],
    ],
)
def test_titles_above_the_table_are_passed_over(read: Any, above: list[str]) -> None:
    """Titles, rules and blank lines above the headings are no lines of the table, and are told."""
    opened = read("\n".join([*above, HEAD, LINE]))
    assert (opened.one("customer_id"), opened.malformed.count) == ("ann", 0)
    (note,) = opened.notes
    assert f"{len(above)} line{'' if len(above) == 1 else 's'} above the headings" in note


def test_headings_are_looked_for_in_the_first_lines_alone() -> None:
    """A table that begins after more than fifty lines is not looked for."""
    titles = ["title"] * 60
    head = find_head([*titles, HEAD], WANTED)
    assert head is not None and head.cells == ("title",)


@pytest.mark.parametrize(("line", "mark"), [("sep=;", ";"), ("SEP=|", "|"), ('"sep=;"', ";"), ("sep=\t", "\t")])
def test_a_line_for_spreadsheets_tells_the_separator(read: Any, line: str, mark: str) -> None:
    """`sep=;` above the headings says what stands between the columns, and is no heading."""
    opened = read("\n".join([line, HEAD.replace(",", mark), LINE.replace(",", mark)]))
    assert opened.one("product_name") == "Teapot"


def test_what_the_config_states_is_stronger(read: Any) -> None:
    """A separator that the config states counts, whatever the file says of itself."""
    assert read(f"sep=;\n{HEAD}\n{LINE}", separator=",").one("product_name") == "Teapot"


@pytest.mark.parametrize("written", ["unit price", "unit  price", "unit\u00a0price", '"unit\nprice"', " unit price "])
@pytest.mark.parametrize("stated", ["unit price", "unit\nprice", "unit\u00a0price"])
def test_spaces_in_headings_are_one(read: Any, written: str, stated: str) -> None:
    """Line breaks, double and no-break spaces in headings are one space, in the file and in the config."""
    columns = {"customer_id": "customer", "ordered_at": "date", "quantity": "quantity", "unit_price": stated}
    opened = read(f"customer,date,quantity,{written}\nann,2026-01-02,2,3.50\nbob,2026-01-03,1,1.00\n", columns)
    assert sorted(opened.column("customer_id")) == ["ann", "bob"]
    assert opened.notes == () or "quotation" not in opened.notes[0]


def test_a_mark_that_never_ends_is_no_head_of_many_lines(read: Any) -> None:
    """A quotation mark in a heading that is never closed does not swallow the lines below."""
    opened = read(f"{HEAD.replace('name', 'name,12 size')}\n{LINE},x\n{LINE},y\n")
    assert len(opened.rows) == 2


def test_headings_that_stand_twice_are_asked_for(read: Any) -> None:
    """Of two columns of one heading neither is taken by chance; each can be named."""
    head, line = HEAD.replace("price", "price,price"), LINE.replace("3.50", "0,3.50")
    with pytest.raises(DataError, match=r"one column headed 'price', got two columns or more: 5, 6") as caught:
        read(f"{head}\n{line}")
    assert "price (1)" in str(caught.value)
    columns = dict(zip(("order_id", "customer_id", "ordered_at", "quantity", "unit_price"), WANTED, strict=False))
    prices = {}
    for n in (1, 2):
        named = {**columns, "unit_price": f"price ({n})", "product_id": "code", "product_name": "name"}
        prices[n] = read(f"{head}\n{line}", named).one("amount")
    assert (prices[1], prices[2]) == (0, 7)


def test_other_headings_may_stand_twice(read: Any) -> None:
    """A heading that the config does not name may stand as often as it likes."""
    assert read(f"{HEAD},note,note\n{LINE},a,b").one("customer_id") == "ann"


def test_without_headings_the_first_line_is_an_order_line(read: Any) -> None:
    """A file for which the config states the headings has none above its lines, whatever separator it names itself."""
    plain = read(LINE, headings=WANTED)
    assert plain.one("customer_id") == "ann"
    assert read(f"sep=;\n{LINE.replace(',', ';')}", headings=WANTED).one("customer_id") == "ann"


@given(st.lists(st.text(st.characters(blacklist_categories=["Cs"]), max_size=8), min_size=1, max_size=12))
def test_headings_come_out_tidy_and_distinct(cells: list[str]) -> None:
    """However they are written, headings are not blank, not equal, and tidy twice is tidy once."""
    headings = tidy_headings(cells)
    assert len({heading.casefold() for heading in headings}) == len(cells)
    assert all(heading and tidy_heading(heading) == heading for heading in headings if not heading.startswith("column"))


@given(st.lists(st.text(st.characters(blacklist_categories=["Cs"]), max_size=20), max_size=60))
def test_any_lines_have_one_head_or_none(lines: list[str]) -> None:
    """Whatever stands there, a head is found exactly when a line is not blank, and it is one of the lines."""
    head = find_head(lines, WANTED)
    assert (head is None) == (not any(line.strip() for line in lines[:50]) or _is_separator_alone(lines))
    if head is not None:
        assert 0 <= head.above < len(lines) and head.lines >= 1


def _is_separator_alone(lines: list[str]) -> bool:
    told = [line for line in lines[:50] if line.strip()]
    return len(told) == 1 and told[0].strip().lower().strip('"').startswith("sep=")

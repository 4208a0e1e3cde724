"""Each view says what is printed of a report made by hand, on the screen and on paper."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.model.facts import SegmentFacts
from reportgen.model.report import Report
from reportgen.model.warnings import SourceWarning
from reportgen.render.views.chain import view_mix, view_stores
from reportgen.render.views.change import view_change
from reportgen.render.views.frame import view_frame
from reportgen.render.views.glance import view_glance
from reportgen.render.views.growth import view_growth
from reportgen.render.views.headline import Sentence, view_headline
from reportgen.render.views.mail import ChainMailView, StoreMailView, view_mail
from reportgen.render.views.method import view_method
from reportgen.render.views.parts import in_columns, list_features, spark_of
from reportgen.render.views.segments import Bar, view_segments
from reportgen.render.views.tiles import Delta
from reportgen.report.change.compare import compare_months
from tests.made import (
    BRITISH,
    make_best_seller,
    make_change,
    make_facts,
    make_identity,
    make_method,
    make_month,
    make_opportunity,
    make_pair,
    make_report,
    make_segment,
    make_words,
)
from tests.made_chain import HELD, make_chain_report, make_share, make_store
from tests.made_change import make_full_report

FULL = make_full_report()


def of_segments(*segments: SegmentFacts, **changes: Any) -> Report:
    """Make a report of some segments."""
    return make_report(segments, **changes)


def test_the_headline_leads_with_the_month() -> None:
    """What is said of the month leads; the others follow, each with its mark, and what has none without."""
    words = {"headline": ("A.", "B.", "C."), "headline_marks": ("firm", "soft", None)}
    view = view_headline(make_report(words=words), BRITISH, "screen")
    assert (view.lead, view.sentences) == (Sentence("A.", "firm"), (Sentence("B.", "soft"), Sentence("C.", "")))
    assert view.has_marks
    old = view_headline(make_report(words=words | {"headline_marks": ()}), BRITISH, "screen")
    assert not old.has_marks
    assert [sentence.text for sentence in (old.lead, *old.sentences)] == ["A.", "B.", "C."]


DOUBT = SourceWarning("total_line", 1, Decimal(90), "sales", Decimal(1000), Decimal(910), 0.09)


def test_doubtful_data_are_told_beside_the_figures() -> None:
    """The first page says that something is doubtful and where it is told; the last section tells it, in full."""
    assert view_headline(make_report(), BRITISH, "screen").doubtful == ""
    one, two = make_report(warnings=(DOUBT,)), make_report(warnings=(DOUBT, replace(DOUBT, code="discount_lines")))
    assert view_headline(one, BRITISH, "screen").doubtful.startswith("One thing in the data is doubtful and may change")
    assert view_headline(two, BRITISH, "print").doubtful.startswith("2 things in the data are doubtful and may change")
    assert view_method(two, BRITISH, "print").warnings == ("Doubtful: total_line.", "Doubtful: discount_lines.")
    assert view_headline(make_report(warnings=None), BRITISH, "screen").doubtful == ""


def test_tiles_show_the_month_beside_two_others() -> None:
    """Each tile has its figure, what belongs to it, changes against December and last January, and a line of months."""
    tiles = {one.label: one for one in view_headline(make_report(), BRITISH, "screen").tiles}
    assert {label: (one.value, one.note) for label, one in tiles.items()} == {
        "Sales": ("£20k", ""),
        "Orders": ("200", ""),
        "Average order value": ("£100", ""),
        "Customers who ordered": ("100", "10 for the first time"),
        "Came back within 90 days": ("45%", "of 40 who first ordered in Oct 2025"),
    }
    assert tiles["Sales"].deltas == (Delta("▲", "+25%", "Dec 2025"),)
    assert tiles["Average order value"].deltas == (Delta("", "0%", "Dec 2025"),)
    assert tiles["Came back within 90 days"].deltas == (Delta("▲", "+5 points", "Sept 2025"),)
    assert {one.spark for one in tiles.values()} == {None}


def test_tiles_of_a_long_history_are_held_against_last_year() -> None:
    """With thirteen months each tile has a second change and a line; sales that name nobody stand beside the others."""
    names = [f"2025-{n:02}" for n in range(1, 13)]
    months = [make_month(name, "10000.00", 100) for name in names]
    months.append(make_month("2026-01", "8000.00", 100, sales_without_id=Decimal("2000.00"), orders_without_id=3))
    report = make_report(months=tuple(months), change=make_change(kpis=compare_months(months, (), is_partial=False)))
    tiles = {one.label: one for one in view_headline(report, BRITISH, "screen").tiles}
    assert list(tiles) == ["Sales", "Orders", "Average order value", "Customers who ordered"]
    assert tiles["Sales"].deltas == (Delta("▼", "−20%", "Dec 2025"), Delta("▼", "−20%", "Jan 2025"))
    assert tiles["Sales"].note == "£10k with those naming no customer"
    spark = tiles["Orders"].spark
    assert spark is not None and len(spark.points) == 13


def test_a_report_of_one_segment_has_no_key() -> None:
    """With one segment there is no chart of shares and no key to it."""
    assert view_headline(of_segments(make_segment()), BRITISH, "screen").key == ()
    assert [one.name for one in view_headline(of_segments(make_segment(), make_segment(2)), BRITISH, "screen").key] == [
        "Buyers 1",
        "Buyers 2",
    ]


def test_the_glance_counts_since_the_previous_report() -> None:
    """Where customers are compared each row and the total say by how many they grew; else there is no such column."""
    view = view_glance(FULL, BRITISH, "screen")
    assert (view.since, [one.since for one in view.rows], view.total.since) == ("December", ["+3"] * 4, "+12")
    alone = view_glance(make_report(), BRITISH, "screen")
    assert (alone.since, {one.since for one in (*alone.rows, alone.total)}) == (None, {None})


@pytest.mark.parametrize(("count", "medium", "expected"), [(6, "print", 6), (7, "print", 0), (7, "screen", 7)])
def test_the_glance_has_paragraphs_where_there_is_room(count: int, medium: Any, expected: int) -> None:
    """Paper has no room for the paragraphs of more than six segments."""
    report = of_segments(*(make_segment(n) for n in range(1, count + 1)))
    paragraphs = view_glance(report, BRITISH, medium).paragraphs
    assert len(paragraphs) == expected
    assert all(text == f"Summary of {n}." for n, (_, text) in enumerate(paragraphs, 1))


def test_a_segment_shows_what_there_is_room_for() -> None:
    """Paper cuts best sellers, pairs and names, and more so beside a sentence on the change; the screen cuts nothing."""
    long = "A very long name of a product that goes on and on without an end"
    rich = replace(
        make_segment(),
        best_sellers=tuple(make_best_seller(long) for _ in range(10)),
        pairs=tuple(make_pair(long) for _ in range(5)),
    )
    alone, other = of_segments(rich, make_segment(2)), replace(FULL, segments=(rich, *FULL.segments[1:]))
    found = {}
    for name, report in (("alone", alone), ("beside", other)):
        for medium in ("screen", "print"):
            products = view_segments(report, BRITISH, medium).segments[0].products  # type: ignore[arg-type]
            assert products is not None
            found[name, medium] = (len(products.best_sellers), len(products.pairs), len(products.best_sellers[0].name))
    assert found == {
        ("alone", "screen"): (10, 5, len(long)),
        ("alone", "print"): (5, 2, 36),
        ("beside", "screen"): (10, 5, len(long)),
        ("beside", "print"): (4, 2, 36),
    }


def test_best_sellers_count_what_they_are_ranked_by() -> None:
    """Ranked by lines the column holds lines, else orders; a source without units has no such cell."""
    seller = make_best_seller(units=None)
    for rank_by, count in (("lines", "60"), ("orders", "50")):
        report = of_segments(make_segment(best_sellers=(seller,)), method=make_method(rank_by=rank_by))
        products = view_segments(report, BRITISH, "screen").segments[0].products
        assert products is not None
        assert (products.is_by_lines, products.has_units) == (rank_by == "lines", False)
        assert (products.best_sellers[0].count, products.best_sellers[0].units) == (count, None)


def test_a_segment_is_told_with_its_own_change() -> None:
    """The sentence on a segment's change is its own by number, whatever the order in which changes are listed."""
    changes = FULL.change.segments
    turned = replace(FULL.change, segments=changes[::-1])
    words = replace(FULL.words, change=replace(FULL.words.change, segments=("d", "c", "b", "a")))
    view = view_segments(replace(FULL, change=turned, words=words), BRITISH, "screen")
    assert [one.change for one in view.segments] == ["a", "b", "c", "d"]
    assert view.since == "December 2025"


PENNIES = st.integers(-(10**8), 10**8).map(lambda pennies: pennies / 100)
"""Means as facts have them."""


@given(PENNIES, PENNIES)
def test_bars_share_a_scale(own: float, everyone: float) -> None:
    """The larger of both reaches the end of the scale; nothing reaches out of it; two figures below zero have no bar."""
    report = of_segments(
        make_segment(mean_total_sales=own), averages=replace(make_facts().averages, mean_total_sales=everyone)
    )
    bar = view_segments(report, BRITISH, "screen").segments[0].figures[0].bar
    if max(own, everyone) <= 0:
        assert bar is None
    else:
        assert bar is not None
        assert 0 <= float(bar.own) <= 100 and 0 <= float(bar.everyone) <= 98.8
        assert float(bar.own) == 100 or bar.everyone == "98.8"


def test_a_bar_is_in_proportion() -> None:
    """Half as much as all customers is half the way to their mark."""
    report = of_segments(make_segment(mean_total_sales=250.0))
    assert view_segments(report, BRITISH, "screen").segments[0].figures[0].bar == Bar("50.0", "98.8")


def test_growth_is_cut_by_rank() -> None:
    """Paper shows six segments, the largest first, four sentences of many and the last; the screen ten and all."""
    segments = tuple(make_segment(n, opportunity=make_opportunity(amount=100.0 * n)) for n in range(1, 12))
    report = make_report(segments, words={"growth": tuple("abcdefghijkl")})
    paper, screen = (view_growth(report, BRITISH, medium) for medium in ("print", "screen"))  # type: ignore[arg-type]
    assert [one.segment.number for one in paper.opportunities] == [11, 10, 9, 8, 7, 6]
    assert [one.segment.number for one in screen.opportunities] == list(range(11, 1, -1))
    assert paper.sentences == ("a", "b", "c", "d", "l")
    assert len(screen.sentences) == 12
    assert (screen.step_up_share, screen.return_days, screen.late_days) == ("5%", "90", "30")
    assert screen.span == "in twelve months"


def test_key_figures_are_compared_cell_by_cell() -> None:
    """A figure that is not compared leaves its cells empty; a share changes in points."""
    view = view_change(FULL, BRITISH, "screen")
    assert view.kpis is not None and view.kpis.has_year
    rows = {one.label: (one.now, one.previous, one.change, one.year_ago, one.year_change) for one in view.kpis.rows}
    assert rows["Customers"] == ("400", "388", "+3.1%", "350", "+14%")
    assert rows["Repeat buyers"][:3] == ("60%", "57%", "+2.7 points")
    assert rows["Orders"] == ("2,000", "2,100", "−4.8%", "", "")
    assert "Orders of the month" not in rows


def test_only_causes_that_did_something_have_a_column() -> None:
    """Causes that are nothing in every row are left out, the others stand in their order."""
    causes = view_change(FULL, BRITISH, "screen").causes
    assert causes is not None
    assert causes.headings == ("New", "Returned", "What they bought", "Left the window")
    assert causes.is_wide
    first = causes.rows[0]
    assert [one.customers for one in first.causes] == ["+5", "+1", "−2", "−1"]
    assert [one.sales for one in first.causes] == ["+£5.00", "+£1.00", "−£2.00", "−£1.00"]
    assert (first.before.customers, first.now.customers, first.remark) == ("97", "100", "")


def test_a_segment_that_is_gone_or_new_is_marked() -> None:
    """What is not in one of both reports is said to be so."""
    changes = FULL.change.segments
    change = replace(
        FULL.change, segments=(replace(changes[0], number=None), replace(changes[1], is_new=True), *changes[2:])
    )
    causes = view_change(replace(FULL, change=change), BRITISH, "screen").causes
    assert causes is not None
    assert [one.remark for one in causes.rows] == ["gone", "new", "", ""]


def test_customers_are_in_their_cells() -> None:
    """Each cell holds the customers of its row and column, who left with what they brought before; empty cells a zero."""
    table = view_change(FULL, BRITISH, "screen").migration
    assert table is not None
    assert table.headings[-1] == "Left"
    cells = {(row, column): cell for row, one in enumerate(table.rows) for column, cell in enumerate(one.cells)}
    assert (cells[0, 0].customers, cells[0, 0].sales, cells[0, 0].is_move) == ("90", "£46,000", False)
    assert (cells[0, 1].customers, cells[0, 1].sales, cells[0, 1].is_move) == ("7", "£2,000", True)
    assert (cells[1, 4].customers, cells[1, 4].sales) == ("8", "£300")
    assert (cells[2, 0].customers, cells[2, 0].sales) == ("0", None)
    assert [one.total for one in table.rows] == ["100"] * 4 + ["20", "4"]
    assert table.totals == ("100",) * 4 + ("8",)
    assert not table.is_numbered


def test_many_columns_are_numbered_on_paper() -> None:
    """With more columns than paper has room for they are numbered as the rows are, and cells hold customers alone."""
    migration = FULL.change.migration
    assert migration is not None
    more = tuple(replace(migration.targets[0], identity=make_identity(n)) for n in (5, 6))
    wide = replace(migration, targets=(*migration.targets[:4], *more, migration.targets[4]))
    report = replace(FULL, change=replace(FULL.change, migration=wide))
    paper, screen = (view_change(report, BRITISH, medium).migration for medium in ("print", "screen"))  # type: ignore[arg-type]
    assert paper is not None and screen is not None
    assert paper.headings == ("1", "2", "3", "4", "5", "6", "Left")
    assert [one.number for one in paper.rows] == [1, 2, 3, 4, None, None]
    assert {cell.sales for row in paper.rows for cell in row.cells} == {None}
    assert not screen.is_numbered and {one.number for one in screen.rows} == {None}


def test_restated_figures_are_named() -> None:
    """A figure of the whole store has its label, one of a segment the segment's name too."""
    restated = view_change(FULL, BRITISH, "screen").restated
    assert restated is not None
    assert [(one.what, one.printed, one.now) for one in restated.figures] == [
        ("Customers", "388", "390"),
        ("Repeat buyers", "57%", "58%"),
        ("Frequent buyers, big baskets: sales", "£49,000", "£49,100"),
    ]


def test_a_first_report_has_nothing_to_compare() -> None:
    """Without an earlier report no table stands, and no number of segments."""
    view = view_change(make_report(), BRITISH, "screen")
    assert (view.since, view.kpis, view.causes, view.migration, view.restated, view.key) == (
        "",
        None,
        None,
        None,
        None,
        (),
    )
    assert (view.segments_before, view.segments_now) == (None, None)


@pytest.mark.parametrize(
    ("normalise", "ties", "expected"),
    [
        ("rank", "average", "each replaced by its rank (equal values share a rank)"),
        ("rank", "first", "each replaced by its rank (equal values ranked by customer id)"),
        ("log", "average", "each as a logarithm"),
        ("zscore", "first", "each as it is"),
    ],
)
def test_the_method_says_how_customers_were_compared(normalise: str, ties: str, expected: str) -> None:
    """How values were made comparable is said in words; how equal ones were ranked only where they were."""
    report = make_report(method=make_method(normalise=normalise, ties=ties))
    assert view_method(report, BRITISH, "screen").normalised == expected


@pytest.mark.parametrize(
    ("returns", "prefix", "expected"),
    [
        ("drop", "C", "left out, as are cancelled orders"),
        ("drop", None, "left out"),
        ("net", "C", "set against the same customer’s purchases of the same product"),
    ],
)
def test_cancelled_orders_are_spoken_of_where_some_can_be(returns: str, prefix: str | None, expected: str) -> None:
    """Nothing is said of cancelled orders where no order is taken for one."""
    report = make_report(method=make_method(returns=returns, cancelled_prefix=prefix))
    assert view_method(report, BRITISH, "screen").returns == expected


def test_stores_lead_to_their_reports_on_screen_alone() -> None:
    """On screen a store's name leads to its report; a held one says so, and paper leads nowhere."""
    report = make_chain_report((make_store("Paris", verdict="above", rank=1), make_store("Nice", link=HELD)))
    screen, paper = (view_stores(report, BRITISH, medium).rows for medium in ("screen", "print"))  # type: ignore[arg-type]
    assert screen[0].href == f"../../../paris/2026-01/{'0' * 16}/report.html"
    assert (screen[0].verdict, screen[0].is_ranked) == ("▲ above, rank 1", True)
    assert (screen[1].href, screen[1].status, screen[1].verdict) == (None, "held", "within noise")
    assert [one.href for one in paper] == [None, None]


def test_an_undivided_chain_has_no_mix() -> None:
    """Where the customers of a chain are one segment there is no table of segments."""
    chain = make_chain_report((make_store(shares=(make_share(1, 1.0),)), make_store("Lyon", (make_share(1, 1.0),))))
    assert view_mix(replace(chain, segments=chain.segments[:1]), BRITISH, "screen").segments == ()
    marked = make_chain_report((make_store(shares=(make_share(1, 0.4, verdict="above"), 0.6)),))
    assert [one.sign for one in view_mix(marked, BRITISH, "screen").rows[0].shares] == ["▲", ""]


def test_the_mail_shows_the_tiles_of_the_month() -> None:
    """Each figure of the month has what belongs to it and its changes, in one line of the text."""
    view = view_mail(FULL, BRITISH)
    assert isinstance(view, StoreMailView)
    assert [one.said for one in view.frame.tiles] == [
        "Sales: £20k (+25% on Dec 2025)",
        "Orders: 200 (+25% on Dec 2025)",
        "Average order value: £100 (0% on Dec 2025)",
        "Customers who ordered: 100 (10 for the first time; +25% on Dec 2025)",
        "Came back within 90 days: 45% (of 40 who first ordered in Oct 2025; +5 points on Sept 2025)",
    ]


def test_the_mail_of_a_chain_names_sales_by_their_window() -> None:
    """Sales of a chain are called by the months of the window."""
    chain = make_chain_report()
    for months, label in ((None, "Sales, all years"), (1, "Sales, 1 month"), (12, "Sales, 12 months")):
        report = replace(chain, period=replace(chain.period, window_months=months))
        assert view_mail(report, BRITISH).frame.tiles[3].label == label


def test_the_mail_explains_overdue_where_somebody_is() -> None:
    """The rule stands only where a customer is overdue."""
    view, calm = view_mail(FULL, BRITISH), view_mail(of_segments(make_segment()), BRITISH)
    assert isinstance(view, StoreMailView) and isinstance(calm, StoreMailView)
    assert (view.overdue_days, calm.overdue_days) == ("30", None)


@pytest.mark.parametrize(("count", "shown"), [(24, None), (25, "24")])
def test_the_mail_of_a_large_chain_is_cut(count: int, shown: str | None) -> None:
    """An e-mail has room for 24 stores, and says of how many."""
    view = view_mail(make_chain_report([make_store(f"S{n}") for n in range(count)]), BRITISH)
    assert isinstance(view, ChainMailView)
    assert (len(view.stores), view.shown) == (24, shown)
    assert view.all_stores == (None if shown is None else "25")


def test_contents_list_segments_below_their_section() -> None:
    """Segments stand below their own section where there are several, and in the column where they fall."""
    sections = [("headline", "Headline"), ("segments", "Segment by segment"), ("method", "How")]
    frame = view_frame(FULL, sections, BRITISH)
    assert [(one.anchor, one.is_sub) for one in frame.contents] == [
        ("headline", False),
        ("segments", False),
        *((f"segment-{n}", True) for n in range(1, 5)),
        ("method", False),
    ]
    assert [(one.anchor, len(below)) for one, below in frame.tree] == [("headline", 0), ("segments", 4), ("method", 0)]
    assert [[one.anchor for one in column] for column in frame.columns] == [["segments"], ["method"], []]
    assert frame.document_title == "The shop, January 2026"
    single = view_frame(of_segments(make_segment()), sections, BRITISH)
    assert len(single.contents) == 3


@given(st.lists(st.integers()))
def test_columns_keep_every_item(items: list[int]) -> None:
    """Two columns hold all items in their order, the first as many as the second or one more."""
    first, second = in_columns(items)
    assert [*first, *second] == items
    assert len(first) - len(second) in (0, 1)


@given(st.lists(st.floats(-1e9, 1e9), max_size=40))
def test_a_small_line_stays_in_its_box(values: list[float]) -> None:
    """Every month has its point within the box of 160 by 36; two months make no line."""
    line = spark_of(values, str)
    assert (line is None) == (len(values) < 3)
    if line is not None:
        assert len(line.points) == len(values)
        assert all(0 <= point.x <= 160 and 0 <= point.y <= 36 for point in line.points)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ((), ""),
        (("total_sales",), "total sales"),
        (("total_sales", "order_count"), "total sales and order count"),
        (("total_sales", "order_count", "avg_order_value"), "total sales, order count and average order value"),
    ],
)
def test_features_are_listed_as_in_a_sentence(names: tuple[str, ...], expected: str) -> None:
    """The last two names are joined by "and"."""
    assert list_features(names) == expected


def test_words_are_not_touched() -> None:
    """A view hands on sentences as they are."""
    facts = make_facts()
    words = make_words(facts, growth=("One.", "Two."))
    assert view_growth(Report.of(facts, words), BRITISH, "screen").sentences == ("One.", "Two.")

"""Stores must be drawn where their figures are, at most as many as have room, each under a name of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reportgen.charts.export import draw_charts
from reportgen.charts.stores import MAX_STORES, store_mix, store_sales
from reportgen.model.charts import Chart
from reportgen.palette import SEGMENT_COLOURS
from tests.made import BRITISH
from tests.made_chain import make_chain_report, make_chain_segment, make_share, make_store

Layers = Callable[..., list[dict[str, Any]]]
VERDICTS = ["above", "below", "within noise", "too few customers"]
STORES = (
    make_store("Paris", (0.4, 0.6), pulled_sales=300.0, pulled_low=260.0, pulled_high=340.0, verdict="above", rank=1),
    make_store("Lyon", (0.25, 0.75)),
    make_store("Nice", (0.1, 0.9), pulled_sales=99.5, pulled_low=80.0, pulled_high=120.0, verdict="below", rank=3),
)
CHAIN = make_chain_report(STORES)
MANY = make_chain_report([make_store(f"Store {n}", pulled_sales=200.0 + n) for n in range(30)])
NOT_DRAWABLE = {*map(chr, range(32)), "\u2028", "\u2029", "\ufffe", "\uffff"} - set("\t\n\r")
"""What no XML may hold, and the two line ends that break the expressions of Vega."""


def both(report: Any) -> tuple[Chart, Chart]:
    """Make both charts of a chain."""
    return store_sales(report, BRITISH), store_mix(report, BRITISH)


def names_in(chart: Chart, width: str) -> list[str]:
    """Return the stores' names in a chart, the chain's left out, in the order of their rows."""
    records = chart.specs[width]["datasets"]["rows"]
    if chart.key == "store-sales":
        return [one["store"] for one in records]
    return list({one["row"]: one["store"] for one in records if one["row"] != "000"}.values())


def test_each_store_has_a_dot_and_a_bar(rows: Layers, layers: Layers) -> None:
    """Each store's dot is at its pulled sales, its bar from bound to bound; the dashed line is the chain's."""
    chart = store_sales(CHAIN, BRITISH)
    assert [(one["store"], one["value"], one["low"], one["high"], one["verdict"]) for one in rows(chart)] == [
        ("Paris", 300.0, 260.0, 340.0, "above"),
        ("Lyon", 200.0, 150.0, 250.0, "within noise"),
        ("Nice", 99.5, 80.0, 120.0, "below"),
    ]
    assert rows(chart, "chain") == [{"value": 210.0}]
    line, bars = layers(chart, "rule")
    (dots,) = layers(chart, "point")
    assert (line["data"]["name"], line["encoding"]["x"]["field"]) == ("chain", "value")
    assert (bars["encoding"]["x"]["field"], bars["encoding"]["x2"]["field"]) == ("low", "high")
    assert dots["encoding"]["x"]["field"] == "value"
    assert all(one["mark"]["aria"] is False for one in (line, bars))
    assert dots["encoding"]["description"]["field"] == "tip"


def test_verdicts_have_colours_and_shapes_of_their_own(layers: Layers) -> None:
    """Above, below and within noise are told apart by colour and by shape, the same in every chain."""
    (dots,) = layers(store_sales(CHAIN, BRITISH), "point")
    for channel in ("color", "shape"):
        scale = dots["encoding"][channel]["scale"]
        assert scale["domain"] == VERDICTS
        assert len(set(scale["range"])) == 3


@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_stores_stand_by_typical_sales(layers: Layers, width: str) -> None:
    """The store with the highest pulled sales is at the top, in both widths."""
    report = make_chain_report(STORES[::-1])
    (dots,) = layers(store_sales(report, BRITISH), "point", width)
    assert dots["encoding"]["y"]["sort"] == ["Paris", "Lyon", "Nice"]


@pytest.mark.parametrize(
    ("verdicts", "title"),
    [
        (["within noise", "too few customers", "within noise"], "No store differs from the chain by more than chance"),
        (
            ["above", "within noise", "too few customers"],
            "1 of 3 stores differs from the chain in what a typical customer spends",
        ),
        (VERDICTS[:3], "2 of 3 stores differ from the chain in what a typical customer spends"),
    ],
)
def test_the_title_counts_who_differs(verdicts: list[str], title: str) -> None:
    """The title is the finding: how many stores differ from the chain, above or below."""
    stores = [replace(one, verdict=verdict) for one, verdict in zip(STORES, verdicts, strict=True)]
    assert store_sales(make_chain_report(stores), BRITISH).title == title


def test_the_alternative_holds_the_sales() -> None:
    """The text alternative has the chain's figure and each store with its own and what it means."""
    chart = store_sales(CHAIN, BRITISH)
    assert chart.title not in chart.alt
    for words in ("Chain: £210", "Paris: £300, above", "Lyon: £200, within noise", "Nice: £99.50, below"):
        assert words in chart.alt


def test_nothing_is_drawn_at_zero(rows: Layers) -> None:
    """A store that sold next to nothing has a place too: zero has none on a scale of logarithms."""
    report = make_chain_report([*STORES, make_store("Free", pulled_sales=0.01, pulled_low=0.0, pulled_high=0.05)])
    for one in rows(store_sales(report, BRITISH)):
        assert 0 < one["low"] <= one["value"] <= one["high"]


@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_the_mix_is_whole(rows: Layers, width: str) -> None:
    """The chain's bar and each store's begin at 0, have no gap, give each segment its pulled share, and end at 1."""
    records = rows(store_mix(CHAIN, BRITISH), width=width)
    bars: dict[str, list[dict[str, Any]]] = {}
    for one in records:
        bars.setdefault(one["store"], []).append(one)
    expected = {"Chain": [0.25, 0.75], "Paris": [0.4, 0.6], "Lyon": [0.25, 0.75], "Nice": [0.1, 0.9]}
    assert list(bars) == list(expected)
    for store, parts in bars.items():
        assert [one["segment"] for one in parts] == ["1", "2"]
        assert [one["to"] - one["from"] for one in parts] == pytest.approx(expected[store])
        assert (parts[0]["from"], parts[-1]["to"]) == (0, pytest.approx(1))
        assert parts[0]["to"] == parts[1]["from"]
    assert sorted({one["row"] for one in records}) == ["000", "001", "002", "003"]


def test_the_mix_is_drawn_in_the_segments_colours(layers: Layers) -> None:
    """Bars go from 0 to 1 in the colours that the segments have everywhere."""
    (bars,) = layers(store_mix(CHAIN, BRITISH), "bar")
    assert bars["encoding"]["x"]["scale"]["domain"] == [0, 1]
    assert bars["encoding"]["color"]["scale"] == {"domain": ["1", "2"], "range": list(SEGMENT_COLOURS[:2])}
    assert bars["encoding"]["description"]["field"] == "tip"


def test_the_mix_s_title_names_the_two_ends() -> None:
    """The title names the stores with the smallest and the largest share of the best segment."""
    assert store_mix(CHAIN, BRITISH).title == "Buyers 1: the smallest share at Nice, the largest at Paris"
    alike = make_chain_report([make_store("A", (0.251, 0.749)), make_store("B", (0.249, 0.751))])
    assert store_mix(alike, BRITISH).title == "Buyers 1: 25% of customers in every store"


def test_pulled_shares_are_drawn_and_not_raw_ones(rows: Layers) -> None:
    """Where few customers show a share that was pulled, the pulled one is drawn and told."""
    store = make_store("Small", (make_share(1, 0.9, pulled=0.3), make_share(2, 0.1, pulled=0.7)))
    chart = store_mix(make_chain_report([store, make_store("Lyon")]), BRITISH)
    assert [one["to"] for one in rows(chart) if one["store"] == "Small"] == [0.3, pytest.approx(1.0)]
    assert "Small: 30%, 70%" in chart.alt


def test_the_alternative_holds_the_mix() -> None:
    """The text alternative has each store's shares by segment."""
    chart = store_mix(CHAIN, BRITISH)
    for words in ("Paris: 40%, 60%", "Lyon: 25%, 75%", "Nice: 10%, 90%"):
        assert words in chart.alt


def test_one_segment_is_one_bar(rows: Layers) -> None:
    """A chain whose customers were not divided is drawn as whole bars."""
    report = make_chain_report(
        [make_store(name, (1.0,)) for name in "AB"], segments=(make_chain_segment(share_of_customers=1.0),)
    )
    chart = store_mix(report, BRITISH)
    assert [(one["from"], one["to"]) for one in rows(chart)] == [(0, 1)] * 3
    assert chart.title == "Buyers 1: 100% of customers in every store"


@pytest.mark.parametrize("chart", both(MANY), ids=["sales", "mix"])
def test_the_largest_stores_are_drawn(chart: Chart) -> None:
    """Of more stores than have room the first, which sold most, are drawn, and the subtitle says so."""
    assert MAX_STORES == 24
    for width in ("wide", "narrow"):
        assert names_in(chart, width) == [f"Store {n}" for n in range(24)]
    assert "the 24 largest of 30 stores" in chart.subtitle
    assert "Store 23:" in chart.alt
    assert "Store 24:" not in chart.alt


@pytest.mark.parametrize("chart", both(CHAIN), ids=["sales", "mix"])
def test_all_stores_are_drawn_without_a_word(chart: Chart) -> None:
    """Where all stores have room nothing is said of the largest, and more stores make a taller chart."""
    assert "largest" not in chart.subtitle
    many = {one.key: one for one in both(MANY)}[chart.key]
    assert many.specs["wide"]["height"] - chart.specs["wide"]["height"] == 20 * (24 - 3)


def test_the_title_counts_stores_that_have_no_room_too() -> None:
    """Stores beyond those drawn count in the title, and may be one of the two ends of the mix."""
    last = make_store("Last", (0.9, 0.1), verdict="above", rank=1)
    sales, mix = both(make_chain_report([*MANY.stores, last]))
    assert sales.title.startswith("1 of 31 stores differs")
    assert mix.title.endswith("the largest at Last")


ALIKE = "Supermarket at the railway station of "


@pytest.mark.parametrize(
    "names",
    [
        [f"{ALIKE}{town}" for town in ("Lyon", "Nice", "Metz")],
        [f"{ALIKE[:21]}…", f"{ALIKE}Lyon", f"{ALIKE[:21]}… (2)"],
        ["x" * 13 + "…", "x" * 20, "x" * 21, "x" * 22, "x" * 23],
        ["Chain", "chain", "CHAIN"],
    ],
)
def test_names_that_look_alike_are_told_apart(names: list[str]) -> None:
    """Long names are cut, and two that are then the same get a number; the whole ones are in the alternative."""
    for chart in both(make_chain_report([make_store(name) for name in names])):
        for width, limit in (("wide", 22), ("narrow", 14)):
            found = names_in(chart, width)
            assert len(set(found)) == len(names)
            assert all(len(one) <= limit + len(" (5)") for one in found)
        assert all(f"{name}:" in chart.alt for name in names)


@settings(max_examples=15)
@given(st.lists(st.text(min_size=1, max_size=30), min_size=2, max_size=30, unique=True))
@example([f"{'x' * 20}{n}" for n in range(24)])
def test_every_row_has_a_name_of_its_own(names: list[str]) -> None:
    """Whatever stores are called, as many are drawn as have room, and no two rows share a name."""
    sales, mix = both(make_chain_report([make_store(name) for name in names]))
    drawn = min(24, len(names))
    for width in ("wide", "narrow"):
        for chart in (sales, mix):
            found = names_in(chart, width)
            assert len(found) == len(set(found)) == drawn
        sort = sales.specs[width]["layer"][1]["encoding"]["y"]["sort"]
        assert sorted(sort) == sorted(names_in(sales, width))


@settings(max_examples=15)
@given(st.sampled_from(sorted(NOT_DRAWABLE)), st.text(max_size=10), st.text(max_size=10))
@example("\x01", "a", "b")
@example("\ufffe", "a", "b")
@example("\u2028", "a", "b")
def test_no_name_breaks_the_drawing(sign: str, before: str, after: str) -> None:
    """No chart holds a sign that ends the process of the drawing, or that Vega cannot read."""
    names = [f"{before}{sign}{after}", f"{before}{after}", f"{sign}{sign}{before}"]
    for chart in both(make_chain_report([make_store(name) for name in dict.fromkeys(names)])):
        for width in ("wide", "narrow"):
            assert not NOT_DRAWABLE & set("".join(names_in(chart, width)))


@pytest.mark.parametrize(
    "name", ["</svg><script>&", "O'Neil", 'the "x"', "back\\", "\\u0041", "${x}", "[0]", "é 店 😀"]
)
def test_hostile_names_are_drawn_as_they_are(name: str) -> None:
    """Signs that mean something to Vega or to XML are shown as themselves, in both charts."""
    drawn = draw_charts(both(make_chain_report([make_store(name), make_store("Lyon")])), BRITISH)
    escaped = name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for one in drawn.values():
        texts = one.svg["wide"].replace("&quot;", '"').replace("&apos;", "'").replace("&#39;", "'")
        assert f">{escaped}</text>" in texts
        assert "<script" not in texts

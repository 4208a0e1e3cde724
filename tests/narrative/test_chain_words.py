"""The chain's headline must say how large it is, who differs, and never call chance a difference."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from reportgen.model.chain import ChainFacts, StoreFacts
from reportgen.model.facts import Identity, Span
from reportgen.narrative.chain_words import write_chain_words
from tests.made_chain import HELD, make_chain_facts, make_chain_segment, make_share, make_store

BASE = "400 customers of 3 stores spent £200k between 1 February 2025 and 31 January 2026."
LARGEST = "Paris is the largest, with 50% of sales."
TYPICAL = "A typical customer spends £210 (the geometric mean, which a few large ones do not bend)"
NO_SALES = f"{TYPICAL}; no store differs from that by more than chance."
GERMANS = Identity("shop", "The shop", None, "de_DE", "EUR")
NO_MIX = "The mix of segments is the same in all stores as far as can be told."


def headline(report: ChainFacts) -> tuple[str, ...]:
    """Write the headline of a British chain."""
    return write_chain_words(report).headline


def judged(*verdicts: str, **changes: Any) -> ChainFacts:
    """Make a chain of stores S1, S2 and so on with verdicts, the n-th with typical sales of n hundred pounds."""
    stores = [make_store(f"S{n}", pulled_sales=100.0 * n, verdict=one) for n, one in enumerate(verdicts, 1)]
    return make_chain_facts(stores, **changes)


def mixed(name: str, pulled: float, verdict: str) -> StoreFacts:
    """Make a store with a share of the first of two segments."""
    shares = (make_share(1, pulled, pulled=pulled, verdict=verdict), make_share(2, 1 - pulled, pulled=1 - pulled))
    return make_store(name, shares)


def test_a_chain_of_alike_stores() -> None:
    """Size, largest store, no difference in sales and none in the mix, in this order."""
    assert headline(make_chain_facts()) == (BASE, LARGEST, NO_SALES, NO_MIX)


def test_an_unfinished_month_is_said_to_be_one() -> None:
    """A month that the data do not reach the end of is said to be incomplete, after the first sentence."""
    span = Span("2026-01", date(2025, 2, 1), date(2026, 1, 20), 12, True)
    first, second, *_ = headline(make_chain_facts(period=span))
    assert first.endswith("between 1 February 2025 and 20 January 2026.")
    assert second == "January 2026 is not complete."


def test_one_of_each_is_not_many() -> None:
    """One customer of one store is told in the singular."""
    report = make_chain_facts([make_store(share_of_sales=1.0)], customers=1, total_sales=Decimal("50"))
    assert headline(report)[:2] == (
        "1 customer of 1 store spent £50.00 between 1 February 2025 and 31 January 2026.",
        "Paris is the largest, with 100% of sales.",
    )


@pytest.mark.parametrize(
    ("verdicts", "ends"),
    [
        (("above", "within noise", "within noise"), "clearly more at S1 (£100); 2 are within noise."),
        (("within noise", "below", "within noise"), "clearly less at S2 (£200); 2 are within noise."),
        (("above", "below"), "clearly more at S1 (£100) and less at S2 (£200)."),
        (("above", "below", "within noise"), "clearly more at S1 (£100) and less at S2 (£200)."),
        (("below", "above", "above"), "clearly more at S2 (£200) and S3 (£300) and less at S1 (£100)."),
        (
            ("above", "above", "above", *["within noise"] * 2),
            "clearly more at S1 (£100), S2 (£200) and S3 (£300); 2 are within noise.",
        ),
        (("above", *["too few customers"] * 3), "clearly more at S1 (£100); 3 have fewer than 20 customers."),
        (
            ("below",) * 5,
            "clearly less at S1 (£100), S2 (£200), S3 (£300) and 2 more.",
        ),
    ],
)
def test_who_differs_in_sales_is_named(verdicts: tuple[str, ...], ends: str) -> None:
    """Stores clearly above and below are named with their figures, three of each, and the others counted."""
    assert headline(judged(*verdicts))[2] == f"{TYPICAL}; {ends}"


def test_the_clearest_difference_in_the_mix_is_told() -> None:
    """Of all stores and segments that differ the one farthest from the chain is named with both shares."""
    stores = [mixed("Paris", 0.35, "above"), mixed("Lyon", 0.05, "below"), mixed("Nice", 0.30, "above")]
    assert headline(make_chain_facts(stores))[-1] == (
        "Lyon has fewer buyers 1 than the chain: 5% of its customers, against 25%."
    )
    stores[0] = mixed("Paris", 0.60, "above")
    assert headline(make_chain_facts(stores))[-1] == (
        "Paris has more buyers 1 than the chain: 60% of its customers, against 25%."
    )


def test_chance_is_no_difference_in_the_mix() -> None:
    """A share far from the chain's that is within noise is not named, though one that differs less is."""
    stores = [mixed("Paris", 0.90, "within noise"), mixed("Lyon", 0.30, "above")]
    assert headline(make_chain_facts(stores))[-1].startswith("Lyon has more buyers 1")
    assert headline(make_chain_facts(stores[:1]))[-1] == NO_MIX


def test_one_segment_has_no_mix() -> None:
    """Where customers were not divided nothing is said of a mix."""
    stores = [make_store(name, (1.0,)) for name in ("Paris", "Lyon", "Nice")]
    segments = (make_chain_segment(share_of_customers=1.0),)
    assert headline(make_chain_facts(stores, segments=segments))[-1] == NO_SALES


@pytest.mark.parametrize(
    ("held", "begins"),
    [
        (1, "1 store is too small for a report of "),
        (2, "2 stores are too small for a report of their own "),
    ],
)
def test_held_stores_are_counted(held: int, begins: str) -> None:
    """Stores that are too small for their own report are counted, with what is too small; failed ones are not."""
    failed = replace(HELD, status="failed")
    stores = [
        make_store("Paris"),
        make_store("Lyon", link=failed),
        make_store("Nice", link=None),
        *(make_store(f"Small {n}", link=HELD) for n in range(held)),
    ]
    last = headline(make_chain_facts(stores))[-1]
    assert last.startswith(begins)
    assert "(fewer than 30 customers)" in last
    assert "pulled toward the chain" in last


def test_numbers_are_written_in_the_config_s_locale() -> None:
    """Money and shares are in the config's currency and notation."""
    told = " ".join(headline(make_chain_facts(typical_sales=1_210.0, report=GERMANS)))
    assert "1.210\N{NO-BREAK SPACE}€" in told
    assert "50\N{NO-BREAK SPACE}%" in told
    assert "£" not in told


@pytest.mark.parametrize(("several", "who"), [(1, "1 of them"), (1_316, "1,316 of them")])
def test_customers_of_several_stores_are_told(several: int, who: str) -> None:
    """Who bought in more than one store counts once in the headline and in each store's row; unknown, nothing is said."""
    told = headline(make_chain_facts(in_several_stores=several))
    assert told[1] == f"{who} bought in more than one store; tables by store count them in each."
    assert headline(make_chain_facts(in_several_stores=None)) == headline(make_chain_facts(in_several_stores=0))

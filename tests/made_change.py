"""A report with everything that can have changed in it, made by hand; its numbers need not add up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from reportgen.model.change import (
    Cause,
    Change,
    KpiChange,
    Migration,
    ModelUse,
    Move,
    Place,
    PreviousReport,
    SegmentChange,
)
from reportgen.model.headline import CustomerBase
from reportgen.model.report import Report
from reportgen.model.restatement import RestatedFigure, RestatedFinding, RestatedMonth, Restatement
from reportgen.model.trend import Anomaly, TrendMonth, TrendSegment
from reportgen.model.trials import Arm, Effect, ReadOut, Trial, TrialPlan, Verdict
from reportgen.model.words import ChangeWords, RestatementWords, SegmentWords, WithdrawnSentence
from tests.made import (
    make_action,
    make_best_seller,
    make_four,
    make_kpis,
    make_month,
    make_pair,
    make_proposed,
    make_report,
)

_MONTHS = ("2025-11", "2025-12", "2026-01")


def _money(pounds: int) -> Decimal:
    return Decimal(f"{pounds}.00")


def _make_trend() -> tuple[TrendMonth, ...]:
    segments = make_four()
    return tuple(
        TrendMonth(
            *(month, "", 380 + n, 1_900 + n, 190_000.0 + n, 99.0 + n, 0.58 + n / 100, 18_000.0 + n, 180 + n),
            *(False, 12, n == 1, 4, 500, "m", 0.02, 0.01),
            tuple(TrendSegment(s.identity, 90 + n, 1.0, 0.01, 0.2) for s in segments),
        )
        for n, month in enumerate(_MONTHS)
    )


def make_change() -> Change:
    """Make a change from 2025-12 to 2026-01, of four segments that each grew by three customers."""
    segments = make_four()
    causes = tuple(
        Cause(key, customers, _money(customers))
        for key, customers in (
            *(("corrected", 0), ("new", 5), ("returned", 1), ("behaviour", -2), ("aged_out", -1), ("boundaries", 0)),
        )
    )
    places = tuple(Place("segment", s.identity, 100, _money(50_000)) for s in segments)
    return Change(
        previous=PreviousReport("2025-12", "shop/all/2025-12/0000000000000000", date(2026, 1, 1), None, 1),
        withheld=None,
        other_options=(),
        model=ModelUse("refit", "2026-01", True, 4, 0.05, 0.1),
        kpis=(
            KpiChange("customers", 400.0, 388.0, 12.0, 0.030928, 350.0, 0.142857),
            KpiChange("orders", 2_000.0, 2_100.0, -100.0, -0.047619, None, None),
            KpiChange("total_sales", 200_000.0, 200_000.0, 0.0, 0.0, 180_000.0, 0.111111),
            KpiChange("avg_order_value", 100.0, 95.24, 4.76, 0.049979, None, None),
            KpiChange("repeat_share", 0.6, 0.573, 0.027, 0.04712, 0.65, -0.076923),
            *make_kpis()[5:],
        ),
        segments=tuple(
            SegmentChange(
                *(s.identity, s.number, False, 97, 100, 3, _money(49_000), _money(50_000), causes),
            )
            for s in segments
        ),
        migration=Migration(
            origins=(*places, Place("new", None, 20, _money(900)), _returned()),
            targets=(*places, Place("left", None, 8, _money(300))),
            moves=(
                Move(0, 0, True, 90, 0, _money(45_000), _money(46_000)),
                Move(0, 1, False, 7, 3, _money(4_000), _money(2_000)),
                Move(1, 4, False, 8, 0, _money(300), _money(0)),
                Move(4, 2, False, 20, 0, _money(0), _money(900)),
            ),
            stayed=90,
            moved=7,
            by_borders=3,
        ),
        tested=("new_share", "left_share"),
        anomalies=(Anomaly("new_share", None, 0.2, 0.01, 0.05, 12),),
        restated=Restatement(
            (RestatedMonth("2025-11", 500, 510, _money(18_000), _money(18_100), 180, 182),),
            (
                RestatedFigure("customers", None, 388.0, 390.0),
                RestatedFigure("repeat_share", None, 0.57, 0.58),
                RestatedFigure("sales", segments[0].identity, 49_000.0, 49_100.0),
            ),
            (RestatedFinding(_base(388), _base(390)),),
        ),
        trend=_make_trend(),
    )


def _returned() -> Place:
    return Place("returned", None, 4, _money(200))


def _base(customers: int) -> CustomerBase:
    return CustomerBase(make_month("2025-12"), None, 12, date(2025, 1, 1), customers, None, None, {}, None)


def make_change_words() -> ChangeWords:
    """Make what is said of that change."""
    return ChangeWords(
        notes=("Compared with the report of December 2025, made on 1 January 2026.",),
        summary=("7 customers changed segment, 3 of them only because the segments were divided anew.",),
        model="The config asks for a new division each month.",
        segments=("From 97 to 100 customers: +5 new customers.",) * 4,
        moves=("7 of the first are now among the second.",),
        anomalies=("Unusual: new customers came to 20%.",),
        anomalies_note="A move is called unusual when it lies outside what earlier months let expect.",
        restated=RestatementWords(
            ("November 2025 has 10 more order lines than when it was last reported.",),
            (WithdrawnSentence("The shop had 388 customers.", "The shop had 390 customers."),),
        ),
    )


def make_read_out(verdict: Verdict = "worked", **changes: Any) -> ReadOut:
    """Make what a trial of 1,000 customers showed: 30 of 500 written to ordered, and 10 of 500 held back."""
    usual = ReadOut(
        until=date(2026, 1, 28),
        treat=Arm(500, 30, 4.5),
        hold=Arm(500, 10, 1.5),
        elsewhere=0,
        share=Effect(0.04, 0.0157, 0.0659),
        expected=Effect(0.0311, 0.0092, 0.053),
        trials=1,
        sales=Effect(3.0, 0.5, 5.5),
        profit=None,
        sizes_chance=1.0,
        earlier_chance=0.4,
        verdict=verdict,
    )
    return replace(usual, **changes)


def make_followed() -> tuple[Trial, ...]:
    """Make what became of five actions of December."""
    plan = TrialPlan(3, "write", "all", 1_000, 0, 4_000, 0.02, 0.05, 500, 500, 0.03, 900, "testable")
    trial = Trial("0000000a", "2025-12", "Rare buyers", "Write to them", plan, "read", date(2026, 1, 1))
    trial = replace(trial, run=f"shop/paris/2025-12/{'0' * 16}", read_in="2026-01")
    without = replace(plan, hold=0, treat=1_000)
    nothing = {"share": None, "expected": None, "sales": None, "sizes_chance": None, "earlier_chance": None}
    alone = make_read_out("no_hold_out", treat=Arm(1_000, 25, 2.0), hold=Arm(0, 0, 0.0), trials=0, **nothing)
    return (
        replace(trial, read_out=make_read_out()),
        replace(trial, id="0000000b", title="Call them", plan=without, read_out=alone),
        replace(trial, id="0000000c", title="Visit them", state="running", sent_on=date(2026, 1, 20), read_in=None),
        replace(trial, id="0000000d", title="Ring them", state="not_sent", sent_on=None, read_in=None),
        replace(trial, id="0000000e", title="Wave", state="not_marked", sent_on=None, read_in=None),
    )


def make_full_report() -> Report:
    """Make a report of four segments with products, pairs, sentences and everything that changed."""
    segments = tuple(
        replace(
            segment,
            best_sellers=(make_best_seller(), make_best_seller("Cup", index=90)),
            pairs=(make_pair(),),
            pairs_found=1,
            pairs_alike=0,
            pair_orders_counted=300,
        )
        for segment in make_four()
    )
    words = tuple(
        SegmentWords(
            number=number,
            summary=f"Summary of {number}.",
            role=f"Role of {number}.",
            trust="Firm: divided again, it comes back with an overlap of 90%.",
            narrative=(f"Role of {number}.", "They order often.", "They buy teapots."),
            actions=(make_action(number, title=f"Act for {number}"),),
        )
        for number in range(1, 5)
    )
    return make_report(
        segments,
        words={
            "segments": words,
            "growth": ("If 5% of them order once more, that would bring about £2k.",),
            "earned": ("Of December’s 5 actions, 2 were sent and are read out.",),
            "trials": ("Of the 2 actions that write to customers, 1 has enough of them.",),
            "change": make_change_words(),
        },
        change=make_change(),
        trials=(
            make_proposed(TrialPlan(1, "write-to-them", "overdue", 9, 0, 12, None, None, 9, 0, None, None, "no_past")),
            make_proposed(
                TrialPlan(2, "write-to-them", "not_new", 90, 0, 400, 0.3, 0.09, 45, 45, 0.3, 860, "too_small")
            ),
            make_proposed(
                TrialPlan(3, "write-to-them", "all", 2_000, 0, 4_000, 0.25, 0.075, 1_600, 400, 0.07, 1_800, "testable")
            ),
            *make_followed(),
        ),
    )

"""No sentence of a report is contradicted by its own numbers, whatever shop it is about."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from reportgen import columns as c
from reportgen.config.options import Options
from reportgen.config.playbook import load_playbook
from reportgen.lines.transform.products import Prices
from reportgen.model.customers import Customers
from reportgen.model.report import Report
from reportgen.narrative.words import write_words
from reportgen.report.assemble import averages_of, bind_segments
from reportgen.report.divide import assess_segments, name_divided, segment_customers
from reportgen.report.history import History
from reportgen.report.products import ProductFindings
from reportgen.report.segments import describe_segments, follow_back, list_evidence
from reportgen.report.setting import Setting
from reportgen.resources import shipped_folder
from reportgen.segments.identity import identify_segments
from tests.claims import find_contradictions, number
from tests.made import make_facts, make_segment, make_words
from tests.made_comparison import make_history

SHOPS = int(os.environ.get("REPORTGEN_SHOPS", "40"))
ASSESSED = 5
"""One shop in so many is assessed too, which takes longer than all the rest."""
KINDS = ("web", "skewed", "once", "wholesale", "till", "equal")
AS_OF = date(2026, 1, 31)
SETTING = Setting(Options(), load_playbook(shipped_folder("configs") / "playbook.yaml"), AS_OF)


def make_shop(seed: int) -> Customers:
    """Make the customers of a shop: of any size up to 20,000, skewed, of one-time buyers, wholesale, a till, all alike."""
    chance = np.random.default_rng(seed)
    kind = KINDS[seed % len(KINDS)]
    most = 20_000 if SHOPS > 100 else 2_000
    size = max(1, round(float(np.exp(chance.uniform(0, np.log(most))))))
    orders = {
        "web": chance.poisson(1.5, size) + 1,
        "skewed": chance.zipf(2.0, size).clip(max=400),
        "once": np.ones(size, dtype=int),
        "wholesale": chance.poisson(30, size) + 1,
        "till": chance.geometric(0.05, size),
        "equal": np.full(size, 3),
    }[kind]
    spread = {"wholesale": 1.5, "skewed": 2.0, "equal": 0.0}.get(kind, 0.7)
    worth = np.exp(chance.normal(3.5 if kind != "till" else 1.5, spread, size))
    amounts = np.maximum(np.round(worth * orders * 100), 1).astype(np.int64) * (c.MONEY_SCALE // 100)
    silent = chance.integers(0, 365, size)
    span = np.where(orders > 1, chance.integers(0, 300, size), 0)
    last = [datetime(2026, 1, 31, 12) - timedelta(days=int(days)) for days in silent]
    frame = pd.DataFrame(
        {
            c.CUSTOMER_ID: [f"{n:05}" for n in range(size)],
            c.AMOUNT: amounts,
            c.TOTAL_SALES: amounts / c.MONEY_SCALE,
            c.ORDER_COUNT: orders.astype(np.int64),
            c.ORDER_DAYS: orders.astype(np.int64),
            c.AVG_ORDER_VALUE: amounts / c.MONEY_SCALE / orders,
            c.RECENCY_DAYS: silent.astype(np.int64),
            c.LAST_ORDERED_AT: pd.to_datetime(last),
            c.FIRST_ORDERED_AT: pd.to_datetime([at - timedelta(days=int(d)) for at, d in zip(last, span, strict=True)]),
        }
    )
    return Customers(frame, orders=int(orders.sum()))


def make_past_of(customers: Customers, seed: int) -> History:
    """Make what the lines say beyond the window: some late, some orders taken back, some who came again within 90 days."""
    chance, frame = np.random.default_rng(seed), customers.frame
    size = len(frame)
    kept = np.where(chance.random(size) < 0.1, chance.random(size), 1.0)
    net = (frame[c.AMOUNT] * kept).astype(np.int64)
    first, day = 100, np.repeat(np.arange(size), 2)
    days = pd.DataFrame({"customer": day, "day": np.tile([first, 0], size) + chance.integers(0, 90, 2 * size)})
    days.loc[1::2, "day"] += first + np.where(chance.random(size) < 0.4, 100, 500)
    days[c.ORDERS] = np.repeat(frame[c.ORDER_COUNT].to_numpy(), 2)
    days[c.AMOUNT] = (np.repeat(net.to_numpy(), 2) * np.tile([1.0, 0.7], size)).astype(np.int64)
    return make_history(
        customers,
        stages=chance.choice(["new", "active", "late", "lapsed"], size),
        order_days=days,
        month_ends=[(0, 199)],
        as_of=300,
        net=pd.DataFrame({c.NET_AMOUNT: net, c.YEAR_AMOUNT: net // 2, c.YEAR_ORDERS: frame[c.ORDER_COUNT]}),
        year_days=365 if seed % 2 else 90,
    )


def make_prices(segments: int, seed: int) -> Prices:
    """Make shares of the money paid below the usual price."""
    below = np.random.default_rng(seed).random(segments)
    return Prices(pd.Series(dtype=float), pd.Series(below, index=range(1, segments + 1)), float(below.mean()))


def report_on(customers: Customers, seed: int) -> Report:
    """Divide customers, describe the segments and write every sentence."""
    tried = SETTING.options.trust.model_copy(update={"draws": 10 if seed % ASSESSED == 0 else 0})
    options = SETTING.options.model_copy(update={"trust": tried})
    segmented, assessment = assess_segments(segment_customers(customers, options, "2026-01"), options)
    identities = identify_segments(name_divided(segmented, {}), {}, (), "2026-01")
    history, prices = make_past_of(customers, seed), make_prices(len(identities), seed)
    evidence = {} if assessment is None else list_evidence(assessment)
    followed = follow_back(segmented, history, options)
    described = describe_segments(segmented, SETTING, identities, history, evidence, followed=followed)
    segments = bind_segments(described, segmented.profiles, ProductFindings(prices=prices))
    facts = make_facts(
        segments,
        averages=averages_of(segmented.profiles.base),
        customers=len(customers),
        orders=customers.orders,
        total_sales=Decimal(customers.total_sales),
        choice=segmented.choice,
        ladder=segmented.ladder,
        votes=None if assessment is None else assessment.votes,
        verdict=None if assessment is None else assessment.verdict,
        below_usual_share=prices.below_of_all,
    )
    return Report.of(facts, write_words(facts, SETTING.plays))


@pytest.mark.parametrize("seed", range(SHOPS))
def test_no_sentence_contradicts_its_numbers(seed: int) -> None:
    """Of shops of all sizes and kinds every comparative claim and every name is true of the figures beside it."""
    assert find_contradictions(report_on(make_shop(seed), seed)) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Their baskets are bigger than most: £455 on average, against £469 for all customers.",
        "Each spent £455 on average, more than the £469 of all customers.",
        "Each spent £1,400 on average, 2 times the £500 of all customers.",
        "They order less often than most: 13.1 times on average, against 9 times for all customers.",
        "They are 5% of customers but 9% of sales: keep the cost of reaching them low.",
        "At risk: 1 customers are overdue.",
        "They buy it 1.0 times as often as all customers do.",
        "All 1 customers, as one group.",
        "10% of their money is paid at more than 5% below a product’s usual price, of all customers’ 10%.",
        "Rare buyers of earlier months had spent £80 an order and then spent £90; one more order is reckoned so.",
        "That would bring about £0.00 a year.",
    ],
)
def test_a_contradiction_is_found(sentence: str) -> None:
    """The checker can fail: sentences that reports of earlier versions have printed are told."""
    facts = make_facts((make_segment(share_of_customers=1.0),))
    words = replace(make_words(facts), growth=(sentence,))
    assert find_contradictions(Report.of(facts, words)) == [sentence]


def test_a_name_that_the_figures_contradict_is_found() -> None:
    """A segment called after big baskets whose orders are worth less than all customers' is told."""
    segments = (
        make_segment(
            1, "Frequent buyers, big baskets", kind="frequent_big", mean_order_count=9, mean_avg_order_value=90
        ),
        make_segment(2, "Occasional buyers, mid-size baskets"),
    )
    facts = make_facts(segments)
    assert find_contradictions(Report.of(facts, make_words(facts))) == [
        "Frequent buyers, big baskets: frequent_big, None"
    ]


def test_numbers_are_read_as_printed() -> None:
    """Thousands, pennies, short forms and the minus sign are read."""
    assert [number(text) for text in ("£1,234", "−£12.50", "£1.16m", "£54k", "8.0")] == [1234, -12.5, 1.16e6, 54e3, 8]

"""Values made by hand for the tests of the pure packages: customers, segments, a report, with numbers easy to check."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from reportgen import columns as c
from reportgen.archive.names import store_folder
from reportgen.config.lines import CleansingOptions
from reportgen.config.options import SegmentOptions
from reportgen.lines.sources.malformed import MalformedCounter, MalformedLines
from reportgen.lines.transform.cleansing import apply_window, classify
from reportgen.model.actions import AtRisk, Opportunity, Play, Task
from reportgen.model.archive import MANIFEST_VERSION, Circumstances, Figures, Input, Manifest
from reportgen.model.averages import Averages
from reportgen.model.change import Change, KpiChange, ModelUse
from reportgen.model.charts import MapPoints
from reportgen.model.customers import Customers
from reportgen.model.facts import SCHEMA_VERSION, Facts, Identity, SegmentFacts, Span
from reportgen.model.identity import SegmentIdentity
from reportgen.model.ladder import Concentration, Ladder
from reportgen.model.lines import LineCounts, OrderLines, Period
from reportgen.model.method import Method, Rules
from reportgen.model.months import Cohort, MonthFigures
from reportgen.model.products import BestSeller, Pair
from reportgen.model.report import Report
from reportgen.model.returning import (
    FirstProduct,
    FirstProducts,
    OrderStep,
    Returning,
    ReturnShare,
    ReturnTimes,
    SegmentReturn,
)
from reportgen.model.robustness import HeadlineMark
from reportgen.model.segments import Choice, Features
from reportgen.model.stages import StageCounts
from reportgen.model.trend import TrendMonth
from reportgen.model.trials import Trial, TrialPlan
from reportgen.model.trust import Silhouettes, Stability, Verdict, Votes
from reportgen.model.words import Action, ChangeWords, SegmentWords, Words
from reportgen.segments.features import fit_scaler, scale_customers
from reportgen.text.formats import Formats

BRITISH = Formats("en_GB", "GBP")
GERMAN = Formats("de_DE", "EUR")
AS_OF = pd.Timestamp(2026, 1, 31)


def count_lines(lines: Iterable[str]) -> MalformedLines:
    """Count malformed lines."""
    counter = MalformedCounter()
    for line in lines:
        counter.add(line)
    return counter.result


def make_customers(
    total_sales: Sequence[float],
    order_count: Sequence[int] | None = None,
    recency_days: Sequence[int] | None = None,
    span_days: Sequence[int] | None = None,
) -> Customers:
    """Make customers with sales, orders (1 each unless told), days since the last order, days from first to last."""
    n = len(total_sales)
    frame = pd.DataFrame({c.CUSTOMER_ID: [f"c{i:06}" for i in range(n)]})
    frame[c.AMOUNT] = [round(one * c.MONEY_SCALE) for one in total_sales]
    frame[c.TOTAL_SALES] = np.asarray(total_sales, dtype=float)
    frame[c.ORDER_COUNT] = np.asarray([1] * n if order_count is None else order_count, dtype=np.int64)
    frame[c.ORDER_DAYS] = frame[c.ORDER_COUNT]
    frame[c.AVG_ORDER_VALUE] = frame[c.TOTAL_SALES] / frame[c.ORDER_COUNT]
    frame[c.RECENCY_DAYS] = np.asarray([0] * n if recency_days is None else recency_days, dtype=np.int64)
    frame[c.LAST_ORDERED_AT] = AS_OF - pd.to_timedelta(frame[c.RECENCY_DAYS], unit="D")
    frame[c.FIRST_ORDERED_AT] = frame[c.LAST_ORDERED_AT] - pd.to_timedelta(np.asarray(span_days or [0] * n), unit="D")
    return Customers(frame, orders=int(frame[c.ORDER_COUNT].sum()))


def make_features(matrix: Any) -> Features:
    """Make features of any matrix."""
    matrix = np.asarray(matrix, dtype=float)
    return Features(c.FEATURES[: matrix.shape[1]], matrix)


def compute_features(customers: Customers, options: SegmentOptions) -> Features:
    """Place customers on the scale that is fitted on them, as the first report of a store does."""
    return scale_customers(customers, fit_scaler(customers, options))


def make_blobs(sizes: Sequence[int], centers: Sequence[Sequence[float]], spread: float = 0.05) -> Features:
    """Make points that lie close around given centres."""
    random = np.random.default_rng(5)
    blobs = [random.normal(center, spread, (size, len(center))) for size, center in zip(sizes, centers, strict=True)]
    return make_features(np.vstack(blobs))


EVERYONE = Averages(
    mean_total_sales=500.0,
    mean_order_count=5.0,
    mean_avg_order_value=100.0,
    mean_recency_days=60.0,
    median_total_sales=300.0,
    median_order_count=3.0,
    median_avg_order_value=90.0,
    median_recency_days=45.0,
    one_order_customers=40,
    one_order_share=0.4,
)


def make_best_seller(name: str = "Teapot", **changes: Any) -> BestSeller:
    """Make a best seller."""
    return replace(BestSeller("T1", name, lines=60, orders=50, units=75.0, sales=1250.0, index=120), **changes)


def make_pair(first: str = "Cup", second: str = "Saucer", **changes: Any) -> Pair:
    """Make a pair."""
    shares = {"support": 0.1, "confidence": 0.6, "confidence_back": 0.5, "lift": 4.0}
    pair = Pair(first, second, 30, **shares, audience=12, expected=8.0, kind="different", second_price=2.5)
    return replace(pair, **changes)


def make_opportunity(**changes: Any) -> Opportunity:
    """Make what one more order could bring."""
    usual = Opportunity(
        amount=2_000.0, customers=5, step="one_more_order", value_of_step=400.0, each_percent=400.0, days=365
    )
    return replace(usual, **changes)


def make_action(segment: int = 1, **changes: Any) -> Action:
    """Make an action."""
    usual = Action("write-to-them", segment, "Write to them", "Write now.", "E-mail", "Nothing", "Orders", "Calls")
    return replace(usual, **changes)


def make_play(play: str = "write-to-them", **texts: str) -> Play:
    """Make a play for any segment; `{name}` in its texts is the segment's."""
    usual = {"title": "Write to {name}", "what": "Write.", "channel": "E-mail", "offer": "None", "measure": "Orders"}
    written = {"avoid": "Calls", **usual, **texts}
    return Play(play, (), None, (), {key: text.format_map for key, text in written.items()})  # type: ignore[misc]


def make_identity(number: int = 1, name: str | None = None, **changes: Any) -> SegmentIdentity:
    """Make what a segment is known by, since January 2026."""
    return replace(SegmentIdentity(number, "2026-01", name or f"Buyers {number}", False), **changes)


def make_segment(number: int = 1, name: str | None = None, **changes: Any) -> SegmentFacts:
    """Make a segment of 100 customers among 400, average in everything."""
    usual = SegmentFacts(
        number=number,
        identity=make_identity(number, name),
        formerly=None,
        kind="occasional_mid",
        recency=None,
        customers=100,
        share_of_customers=0.25,
        orders=500,
        share_of_orders=0.25,
        sales=50_000.0,
        share_of_sales=0.25,
        index_total_sales=100,
        index_order_count=100,
        index_avg_order_value=100,
        stability=Stability(0.9, 0.8, 3),
        silhouettes=Silhouettes(0.5, 0.05, tuple(round(-0.1 + 0.05 * n, 2) for n in range(21))),
        trust="firm",
        center={c.TOTAL_SALES: 0.0, c.ORDER_COUNT: 0.0, c.AVG_ORDER_VALUE: 0.0},
        percentiles=dict.fromkeys(c.METRICS, 0.5),
        stages=StageCounts(10, 70, 0, 20),
        overdue=AtRisk(0.0, 0, 365),
        opportunity=None,
        returning=SegmentReturn(6, make_times(0.4, 500)),
        taken_back=None,
        below_usual_share=None,
        best_sellers=(),
        pairs=(),
        pairs_found=0,
        pairs_alike=0,
        pair_orders_counted=0,
        pair_orders_left_out=0,
        plays=(),
        **{name: getattr(EVERYONE, name) for name in Averages.__dataclass_fields__},
    )
    return replace(usual, **changes)


def make_four() -> tuple[SegmentFacts, ...]:
    """Make the four groups that the product grew from."""
    told: tuple[tuple[str, str, float, float, float, float, Opportunity | None], ...] = (
        ("frequent_big", "Frequent buyers, big baskets", 0.7, 1400, 10, 140, None),
        (
            "frequent_small",
            "Frequent buyers, small baskets",
            0.16,
            320,
            8,
            40,
            make_opportunity(amount=12_345.0, each_percent=2_469.0, step="bigger_baskets", basket_goal=100.0),
        ),
        ("rare_big", "Rare buyers, big baskets", 0.1, 200, 1, 200, make_opportunity()),
        (
            "rare_small",
            "Rare buyers, small baskets",
            0.04,
            80,
            2,
            40,
            make_opportunity(amount=200.0, each_percent=40.0),
        ),
    )
    return tuple(
        make_segment(
            number,
            name,
            kind=kind,
            sales=200_000.0 * share,
            share_of_sales=share,
            mean_total_sales=float(each),
            mean_order_count=float(orders),
            mean_avg_order_value=float(value),
            opportunity=opportunity,
            plays=("write-to-them",),
            overdue=AtRisk(9_000.0, 7, 365) if number == 1 else AtRisk(0.0, 0, 365),
        )
        for number, (kind, name, share, each, orders, value, opportunity) in enumerate(told, 1)
    )


def make_choice(**changes: Any) -> Choice:
    """Make a choice of 4 out of 4 to 8 by the default rule."""
    silhouette = {4: 0.43, 5: 0.40, 6: 0.41, 7: 0.42, 8: 0.44}
    inertia = {2: 900.0, 3: 600.0, 4: 300.0, 5: 280.0, 6: 260.0, 7: 240.0, 8: 220.0, 9: 200.0, 10: 180.0}
    return replace(Choice(4, "smallest_near_best", silhouette, inertia, 8, 4, None), **changes)


def make_votes(**changes: Any) -> Votes:
    """Make what the witnesses say of 4 to 6 segments."""
    usual = Votes(
        gap={1: 0.3, 2: 0.4, 3: 0.5, 4: 0.7, 5: 0.69, 6: 0.7},
        gap_error=dict.fromkeys(range(1, 7), 0.01),
        calinski_harabasz={4: 4630.5, 5: 4388.0, 6: 4425.5},
        davies_bouldin={4: 0.79, 5: 0.87, 6: 0.78},
        rand={4: 0.9, 5: 0.67, 6: 0.76},
        numbers={
            "silhouette": 8,
            "elbow": 4,
            "gap": 4,
            "calinski_harabasz": 4,
            "davies_bouldin": 6,
            "stability": 4,
        },
    )
    return replace(usual, **changes)


def make_verdict(**changes: Any) -> Verdict:
    """Make the verdict on a cut that comes back."""
    usual = Verdict(
        kind="reproducible",
        reasons=("comes_back", "no_gaps", "like_made_up"),
        valley=0.97,
        between=(1, 2),
        silhouette=0.43,
        made_up=19,
        made_up_silhouettes=(0.41, 0.44),
        made_up_valley=0.92,
        draws=100,
        sample=None,
    )
    return replace(usual, **changes)


def make_kpis() -> tuple[KpiChange, ...]:
    """Make the key figures of a first report: those of the month beside December, those of the window beside none."""
    alone = {"customers": 400.0, "orders": 2_000.0, "total_sales": 200_000.0, "avg_order_value": 100.0}
    window = [KpiChange(key, now, None, None, None, None, None) for key, now in {**alone, "repeat_share": 0.6}.items()]
    return (
        *window,
        KpiChange("month_sales", 20_000.0, 16_000.0, 4_000.0, 0.25, None, None),
        KpiChange("month_orders", 200.0, 160.0, 40.0, 0.25, None, None),
        KpiChange("month_avg_order_value", 100.0, 100.0, 0.0, 0.0, None, None),
        KpiChange("month_customers", 100.0, 80.0, 20.0, 0.25, None, None),
        KpiChange("back_share", 0.45, 0.4, 0.05, 0.125, None, None),
    )


def make_change(**changes: Any) -> Change:
    """Make the change of a first report."""
    model = ModelUse("refit", "2026-01", is_refit=False, segments_before=None, excess=None, shift=None)
    month = TrendMonth(
        *("2026-01", "", 400, 2_000, 200_000.0, 100.0, 0.6, 20_000.0, 200),
        *(False, 12, False, 4, 500, "m", None, None, ()),
    )
    return replace(Change(None, "first", (), model, make_kpis(), (), None, (), (), None, (month,)), **changes)


def make_month(month: str = "2026-01", sales: str = "20000.00", orders: int = 200, **changes: Any) -> MonthFigures:
    """Make a month in which half as many customers as orders came, a tenth of them for the first time."""
    usual = MonthFigures(month, Decimal(sales), orders, orders // 2, orders // 20, Decimal("0.00"), 0)
    return replace(usual, **changes)


def make_proposed(plan: TrialPlan) -> Trial:
    """Make a trial that the report of the month proposes."""
    return Trial(f"{plan.segment:08x}", "2026-01", f"Segment {plan.segment}", None, plan, "proposed")


def make_facts(segments: tuple[SegmentFacts, ...] | None = None, **changes: Any) -> Facts:
    """Make the facts of a report of 400 customers with 2,000 orders worth £200,000."""
    segments = make_four() if segments is None else segments
    choice = changes.pop("choice", make_choice())
    metrics = (c.ORDER_COUNT, c.TOTAL_SALES), (c.ORDER_COUNT, c.AVG_ORDER_VALUE), (c.AVG_ORDER_VALUE, c.TOTAL_SALES)
    usual = Facts(
        schema_version=SCHEMA_VERSION,
        made_on=date(2026, 2, 1),
        report=Identity("shop", "The shop", None, "en_GB", "GBP"),
        period=Span("2026-01", date(2025, 2, 1), date(2026, 1, 31), 12, False),
        lines=LineCounts(10_000, 9_000, {"no_customer": 1_000}, 0.1),
        warnings=(),
        customers=400,
        orders=2_000,
        total_sales=Decimal("200000.00"),
        avg_order_value=100.0,
        repeat_customers=240,
        repeat_share=0.6,
        months=(make_month("2025-12", "16000.00", 160), make_month("2026-01", "20000.00", 200)),
        returning=make_returning(),
        stages=StageCounts(40, 280, 0, 80),
        base_rate=None,
        late_before=None,
        taken_back=None,
        below_usual_share=None,
        averages=EVERYONE,
        n_clusters=len(segments),
        ladder=make_ladder(),
        choice=choice,
        votes=make_votes() if len(segments) > 1 else None,
        verdict=make_verdict() if len(segments) > 1 else None,
        headline=(HeadlineMark("month", True, {"without_top": True}), HeadlineMark("base", False, {"fewer": False})),
        rank_correlations={f"{one}, {other}": 0.5 for one, other in metrics},
        trials=(),
        audiences=(),
        do_this_month=(),
        segments=segments,
        method=make_method(),
        skipped=(),
        change=make_change(),
    )
    return replace(usual, **changes)


def make_times(share: float = 0.4, customers: int = 200, **changes: Any) -> ReturnTimes:
    """Make how soon customers come back: a share within 90 days, half of it within 30 and three quarters within 60."""
    within = tuple(
        ReturnShare(days, round(share * part, 4), round(share * part - 0.05, 4), round(share * part + 0.05, 4))
        for days, part in ((30, 0.5), (60, 0.75), (90, 1.0))
    )
    return replace(ReturnTimes(customers, int(customers * share), within, 180, (20, 45, 100)), **changes)


def make_returning(**changes: Any) -> Returning:
    """Make when customers come back: 40% after the first order, 60% after the second; two cohorts, two first products."""
    cohorts = (
        Cohort("2025-09", 50, 20, is_ripe=True, ordered=(10, 8, 7, 9)),
        Cohort("2025-10", 40, 18, is_ripe=True, ordered=(12, 6, 4)),
    )
    steps = (OrderStep(1, make_times(0.4), 80.0, 90.0), OrderStep(2, make_times(0.6, 80), 90.0, 95.5))
    products = (
        FirstProduct("T1", "Teapot", 90, 60, 0.6, 0.5, 0.7, 75.25, "more"),
        FirstProduct("C1", "Cup", 40, 15, 0.4, 0.3, 0.5, 30.0, None),
    )
    usual = Returning("2025-03", steps, cohorts, FirstProducts(300, 120, 41.5, 12, products))
    return replace(usual, **changes)


def make_ladder(**changes: Any) -> Ladder:
    """Make the ladder of 400 customers, enough to be clustered."""
    brings = (Concentration(0.5, 40, 0.1), Concentration(0.8, 120, 0.3), Concentration(0.95, 240, 0.6))
    usual = Ladder("clusters", 400, 240, 200, 100, 30, is_insisted=False, is_held=False, concentration=brings)
    return replace(usual, **changes)


def make_words(facts: Facts, **changes: Any) -> Words:
    """Make the words of a report: a placeholder for each of its sentences that always stand."""
    usual = Words(
        language="en",
        headline=("One sentence.", "Another one."),
        headline_marks=("firm", "soft"),
        do_this_month=tuple(make_action(one.segment, title=f"Act for {one.segment}") for one in facts.do_this_month),
        segments=tuple(
            SegmentWords(one.number, f"Summary of {one.number}.", None, None, (), (make_action(one.number),))
            for one in facts.segments
        ),
        returning=("Within 90 days of their first order 40% of customers order a second time.",),
        growth=(),
        trials=(),
        earned=(),
        risk=(),
        change=ChangeWords((), (), "", (), (), (), "", None),
        ladder=("400 customers are enough.",),
        choice=("Of 4 to 8 segments, 4 was taken.",),
        verdict=("These segments come back.", "They were drawn anew."),
        skipped=tuple(f"No {one.key}." for one in facts.skipped),
        warnings=tuple(f"Doubtful: {one.code}." for one in facts.warnings or ()),
    )
    return replace(usual, **changes)


def make_report(
    segments: tuple[SegmentFacts, ...] | None = None, words: dict[str, Any] | None = None, **changes: Any
) -> Report:
    """Make a report of 400 customers with 2,000 orders worth £200,000; `words` are those that are not as usual."""
    facts = make_facts(segments, **changes)
    return Report.of(facts, make_words(facts, **(words or {})))


def make_tasks(*segments: int) -> tuple[Task, ...]:
    """Make what is to be done first: the usual play for some segments."""
    return tuple(Task(segment, "write-to-them") for segment in segments)


def make_method(**changes: Any) -> Method:
    """Make the account of a method: the defaults."""
    usual = Method(
        features=c.FEATURES,
        normalise="rank",
        ties="average",
        random_state=0,
        rank_by="orders",
        min_pair_orders=20,
        max_basket_size=100,
        step_up_share=0.05,
        not_products=(),
        cancelled_prefix="C",
        returns="drop",
        max_dropped_share=0.8,
        map_customers=400,
        segment_map_customers=400,
        rules=Rules(0.02, 3, 0.1, 0.25, 6, 0.02, 3, 2, 30, 60, 180),
        fingerprint="00" * 32,
        versions={"reportgen": "0"},
    )
    return replace(usual, **changes)


def make_points(per_segment: int = 100, segments: int = 4) -> MapPoints:
    """Make points: the n-th customer of segment s has n orders worth s pounds each."""
    rows = [(s, float(n * s), n, float(s)) for s in range(1, segments + 1) for n in range(1, per_segment + 1)]
    points = [dict(zip([c.SEGMENT, *c.FEATURES], row, strict=True)) for row in rows]
    return MapPoints(points, points, len(points))


def cleanse(lines: OrderLines, options: CleansingOptions, period: Period) -> OrderLines:
    """Judge lines and look at them from a period's end, as a run does."""
    return apply_window(classify(lines, options), options, period)


CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}
"""What the S3 server of the tests asks for."""


def make_manifest(
    store: str | None = "Paris", period: str = "2026-01", run: str = "0" * 16, **parts: object
) -> Manifest:
    """Make the manifest of a run with no files."""
    fields: dict[str, object] = {
        "manifest_version": MANIFEST_VERSION,
        "run": run,
        "report": "shop",
        "title": "Shop",
        "store": store,
        "store_folder": store_folder(store),
        "kind": "store",
        "period": period,
        "status": "done",
        "reason": "",
        "made_on": date(2026, 2, 1),
        "input": Input("f" * 32, 10),
        "options_sha256": "a" * 64,
        "playbook_sha256": "b" * 64,
        "templates_sha256": "c" * 64,
        "versions": {"reportgen": "1"},
        "customer_ids": "none",
        "figures": Figures(100, 150, Decimal("1234.50"), 8.23, 0.4, 4, "GBP", "en_GB", False),
        "files": {},
        "origin": {},
    }
    return Manifest(**(fields | parts))


MADE = Circumstances("2026-02-01T06:00:00+00:00", "shop.yaml", "lines.csv", None, None, None, 0, {"read": 0.1})
"""When and how a run was made, as good as any."""

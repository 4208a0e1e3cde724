"""Tells by which options and rules a report was made."""

from __future__ import annotations

from reportgen.charts.points import MAX_SEGMENT_POINTS
from reportgen.config.options import Options
from reportgen.model.method import Method, Rules
from reportgen.model.stages import LAPSED_DAYS, LATE_DAYS, LATE_GAPS, LATE_ORDER_DAYS, NEW_DAYS
from reportgen.segments.anomalies import FALSE_ALARMS, MIN_MONTHS
from reportgen.segments.choice import LASTING, NEAR_BEST
from reportgen.segments.drift import MAX_EXCESS, MAX_SHIFT
from reportgen.versions import list_versions


def method_of(options: Options, fingerprint: str, drawn: int) -> Method:
    """Tell how a report is made.

    Parameters
    ----------
    options : Options
        The config.
    fingerprint : str
        Of the order lines.
    drawn : int
        Customers on the maps.
    """
    return Method(
        features=options.segments.features,
        normalise=options.segments.normalise,
        ties=options.segments.ties,
        random_state=options.segments.random_state,
        rank_by=options.products.rank_by,
        min_pair_orders=options.products.min_pair_orders,
        max_basket_size=options.products.max_basket_size,
        step_up_share=options.advice.step_up_share,
        not_products=options.cleansing.not_products,
        cancelled_prefix=options.cleansing.cancelled_prefix,
        returns=options.cleansing.returns,
        max_dropped_share=options.cleansing.max_dropped_share,
        map_customers=drawn,
        segment_map_customers=min(drawn, MAX_SEGMENT_POINTS),
        rules=Rules(
            near_best=NEAR_BEST,
            lasting_reports=LASTING,
            max_excess=MAX_EXCESS,
            max_shift=MAX_SHIFT,
            anomaly_months=MIN_MONTHS,
            false_alarms=FALSE_ALARMS,
            overdue_orders=LATE_ORDER_DAYS,
            overdue_gaps=LATE_GAPS,
            overdue_days=LATE_DAYS,
            new_days=NEW_DAYS,
            lapsed_days=LAPSED_DAYS,
        ),
        fingerprint=fingerprint,
        versions=list_versions(),
    )

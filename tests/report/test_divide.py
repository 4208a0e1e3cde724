"""Customers must be divided as their number allows, and left alone where nothing of it would hold."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from reportgen import columns as c
from reportgen.config.options import Options
from reportgen.model.customers import Customers
from reportgen.report.assemble import Segmented
from reportgen.report.divide import assess_segments, name_divided, segment_customers
from reportgen.segments.drift import EarlierDivision
from reportgen.segments.trust.assess import Assessment
from tests.made import make_customers
from tests.segments.trust.shops import customers_of, make_shuffled, make_skewed

DRAWS = 20


def options(**segments: Any) -> Options:
    """Make a config."""
    return Options.model_validate(
        {"source": {"path": "x"}, "segments": segments, "trust": {"draws": DRAWS}}, strict=False
    )


def shuffled(size: int = 600) -> Customers:
    """Make customers whose segments dissolve: sales, orders and order values have nothing to do with one another."""
    frame = make_shuffled(3, size)
    at = pd.Timestamp("2026-01-05")
    frame[c.AMOUNT] = (frame[c.TOTAL_SALES] * c.MONEY_SCALE).round().astype("int64")
    frame[c.ORDER_COUNT] = frame[c.ORDER_COUNT].astype("int64")
    return customers_of(frame.assign(**{c.FIRST_ORDERED_AT: at, c.LAST_ORDERED_AT: at, c.ORDER_DAYS: 1}))


def assessed(customers: Customers, config: Options) -> tuple[Segmented, Assessment | None]:
    """Divide customers and assess it."""
    return assess_segments(segment_customers(customers, config, "2026-01"), config)


def test_what_does_not_come_back_is_given_up() -> None:
    """One segment, no stability; the verdict and the witnesses stay, and what was tried."""
    segmented, assessment = assessed(shuffled(), options())
    assert segmented.ladder is not None and segmented.ladder.refused is not None
    assert (segmented.ladder.rung, segmented.choice.n_clusters) == ("refused", 1)
    assert segmented.choice.limit is not None and segmented.choice.limit.reason == "no_groups"
    assert np.unique(segmented.segmentation.labels).tolist() == [1]
    assert assessment is not None and assessment.verdict.kind == "constructed"
    assert (assessment.stability, assessment.silhouettes, assessment.kept, assessment.on_border) == ((), (), None, None)
    assert 4 <= segmented.ladder.refused.n_clusters <= 8
    assert segmented.ladder.refused.overlap < 0.75


def test_a_config_may_insist() -> None:
    """Who asks for four segments gets them, with a verdict that says what they are."""
    segmented, assessment = assessed(shuffled(), options(n_clusters=4))
    assert segmented.choice.n_clusters == 4
    assert segmented.ladder is not None and segmented.ladder.rung == "clusters"
    assert assessment is not None and assessment.verdict.kind == "constructed"
    assert len(assessment.stability) == len(assessment.silhouettes) == 4
    border = assessment.on_border
    assert border is not None
    labels = segmented.segmentation.labels
    assert [each.on_border for each in assessment.stability] == [int(border[labels == n].sum()) for n in range(1, 5)]


def test_few_customers_stand_in_bands() -> None:
    """Ninety customers are banded by days, drawn on the scale of clusters, and not assessed."""
    customers = make_customers([5.0 + n for n in range(90)], [1] * 90, [n * 4 for n in range(90)])
    segmented, assessment = assessed(customers, options())
    assert assessment is None
    assert segmented.choice.chosen_by == "bands"
    assert segmented.features.names == c.FEATURES
    assert abs(segmented.features.matrix.mean(axis=0)).max() < 1e-9
    names = name_divided(segmented, {"rare_mid": "Never"})
    sizes = segmented.profiles.frame["customers"]
    assert {names[n].name: int(sizes.loc[n]) for n in names} == {  # type: ignore[call-overload]
        "Customers of the last 40 days": 11,
        "Customers silent for 41 to 90 days": 12,
        "Customers silent for 91 to 180 days": 23,
        "Customers silent for over 180 days": 44,
    }


def test_one_band_is_no_division() -> None:
    """Customers who all ordered in the last 40 days are one group, and the reason is that."""
    segmented, _ = assessed(make_customers([5.0 + n for n in range(90)]), options())
    assert segmented.ladder is not None and segmented.ladder.rung == "refused"
    assert segmented.choice.limit is not None and segmented.choice.limit.reason == "one_band"


def test_equal_customers_are_one_group() -> None:
    """However many they are."""
    segmented, assessment = assessed(make_customers([10.0] * 300), options())
    assert assessment is None
    assert segmented.ladder is not None and segmented.ladder.rung == "refused"
    assert segmented.choice.limit is not None and segmented.choice.limit.reason == "all_equal"


def test_bands_go_on_from_month_to_month() -> None:
    """A shop of 210 that was banded at 190 stays banded; its worth bound is the new month's."""
    frame = make_skewed(1, 210)
    at = pd.Timestamp("2026-01-05")
    frame[c.ORDER_COUNT] = frame[c.ORDER_COUNT].astype("int64")
    dated = {c.FIRST_ORDERED_AT: at, c.LAST_ORDERED_AT: at, c.ORDER_DAYS: frame[c.ORDER_COUNT]}
    frame = frame.assign(**dated)
    before = segment_customers(customers_of(frame.iloc[:190].reset_index(drop=True)), options(), "2025-12")
    assert before.ladder is not None and before.ladder.rung == "rhythm"
    now = segment_customers(customers_of(frame), options(), "2026-01", EarlierDivision(before.model))
    assert now.ladder is not None and (now.ladder.rung, now.ladder.is_held) == ("rhythm", True)
    assert now.model.fitted_in == "2026-01"
    assert segment_customers(customers_of(frame), options(), "2026-01").choice.chosen_by != "bands"

"""What is not to be trusted must get no money and nothing to do; all else as before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd

from reportgen import columns as c
from reportgen.config.options import Options
from reportgen.config.playbook import load_playbook
from reportgen.model.customers import Customers
from reportgen.model.trust import Stability
from reportgen.report.assemble import SegmentParts
from reportgen.report.divide import segment_customers
from reportgen.report.segments import Evidence, describe_segments, follow_back
from reportgen.report.setting import Setting
from reportgen.resources import shipped_folder
from reportgen.segments.identity import identify_segments
from reportgen.segments.names import name_segments
from tests.made_comparison import make_history
from tests.segments.trust.shops import make_four_groups

WEAK, LOST = Stability(0.7, 0.5), Stability(0.5, 0.2)
SETTING = Setting(Options(), load_playbook(shipped_folder("configs") / "playbook.yaml"), date(2026, 2, 1))


def describe(evidence: Mapping[int, Evidence]) -> tuple[SegmentParts, ...]:
    """Describe the segments of a shop of four groups, with how well each comes back."""
    at = pd.Timestamp("2026-01-05")
    frame = make_four_groups(1).assign(**{c.FIRST_ORDERED_AT: at, c.LAST_ORDERED_AT: at, c.ORDER_DAYS: 1})
    frame[c.ORDER_COUNT] = frame[c.ORDER_COUNT].astype("int64")
    customers = Customers(frame, int(frame[c.ORDER_COUNT].sum()))
    segmented = segment_customers(customers, SETTING.options, "2026-01")
    identities = identify_segments(name_segments(segmented.profiles, {}), {}, (), "2026-01")
    history = make_history(customers, stages=np.full(len(frame), "late", dtype=object))
    followed = follow_back(segmented, history, SETTING.options)
    return describe_segments(segmented, SETTING, identities, history, evidence, followed=followed)


def test_what_is_not_to_be_trusted_gets_no_money_and_no_plays() -> None:
    """A segment below the last band has no opportunity and no play; the others keep theirs."""
    usual, described = describe({}), describe({4: Evidence(LOST, None), 3: Evidence(WEAK, None)})
    assert all(parts.opportunity is not None and parts.plays for parts in usual[1:])
    assert (described[3].opportunity, described[3].plays) == (None, ())
    assert [(parts.opportunity, parts.plays) for parts in described[:3]] == [
        (parts.opportunity, parts.plays) for parts in usual[:3]
    ]
    assert [parts.stability for parts in described] == [None, None, WEAK, LOST]
    assert (usual[3].overdue.customers, described[3].overdue.customers) == (usual[3].stages.late, 0)
    assert usual[3].stages.late == described[3].stages.late > 0

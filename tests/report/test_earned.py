"""What came of earlier actions is counted by hand: whose days are over, who ordered in them, who is left out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from reportgen import columns as c
from reportgen.archive.lists import name_customers
from reportgen.config.lines import CleansingOptions
from reportgen.config.options import TrialOptions
from reportgen.lines.transform.cleansing import classify, see_net
from reportgen.model.lines import OrderLines, Period
from reportgen.model.trials import ActionMark, MarkedTrial, Trial
from reportgen.report.earned import find_in_trial, follow_trials
from reportgen.trials.compare import compare_shares
from tests.made_change import make_followed

FEBRUARY = Period("2026-02", date(2025, 1, 1), date(2026, 2, 28), None, datetime(2026, 3, 1), is_partial=False)
MARCH = replace(FEBRUARY, month="2026-03", as_of=date(2026, 3, 31), end=datetime(2026, 4, 1))
OPTIONS = TrialOptions(margin=0.5, cost_per_contact=0.1)
SENT = date(2026, 1, 5)
PLANNED = replace(make_followed()[4], state="proposed")
CUSTOMERS = [f"c{n:02}" for n in range(40)]
ARMS = {customer: "hold" if n % 2 else "treat" for n, customer in enumerate(CUSTOMERS)}


def order(who: str, day: date, amount: str = "10") -> dict[str, Any]:
    """Make an order line, or with a minus a return of the same product."""
    return {
        c.CUSTOMER_ID: who,
        c.ORDER_ID: f"{who}{day}{amount}",
        c.ORDERED_AT: datetime(day.year, day.month, day.day, 12),
        c.AMOUNT: amount,
        c.QUANTITY: "-1" if amount.startswith("-") else "1",
        c.PRODUCT_ID: "CUP",
    }


def lines_of(make_lines: Any, rows: list[dict[str, Any]]) -> OrderLines:
    """Make lines as the report follows them: returns set against purchases."""
    cleansing = CleansingOptions()
    everybody = [order(customer, date(2025, 6, 1), str(10 + n)) for n, customer in enumerate(CUSTOMERS)]
    return see_net(classify(make_lines(everybody + rows), cleansing), cleansing, FEBRUARY)


def marked(sent_on: date | None = SENT, arms: dict[str, str] | None = None, **trial: Any) -> MarkedTrial:
    """Mark the action of forty customers, half of whom are held back."""
    listed = ARMS if arms is None else arms
    held = sum(arm == "hold" for arm in listed.values())
    plan = replace(PLANNED.plan, customers=len(listed), treat=len(listed) - held, hold=held, lift=0.2)
    mark = ActionMark(replace(PLANNED, plan=plan, **trial), "shop/paris/2025-12/" + "0" * 16, "f", sent_on, "2026")
    return MarkedTrial(mark, listed)


def follow(make_lines: Any, *said: MarkedTrial, rows: list[dict[str, Any]] | None = None) -> tuple[Trial, ...]:
    """Follow what was marked."""
    return follow_trials(None, said, lines_of(make_lines, rows or []), FEBRUARY, OPTIONS)


def test_a_trial_by_hand(make_lines: Any) -> None:
    """The first and the last of the 28 days count, the days around them do not; a return takes money, not the order."""
    last = SENT + timedelta(days=27)
    rows = [
        order("c00", SENT, "30"),
        order("c02", last, "50"),
        order("c02", last, "-50"),
        order("c04", SENT - timedelta(days=1)),
        order("c06", last + timedelta(days=1)),
        order("c01", last, "8"),
        order("other", SENT),
    ]
    (trial,) = follow(make_lines, marked(), rows=rows)
    out = trial.read_out
    assert out is not None
    assert (trial.state, trial.sent_on, trial.read_in, out.until) == ("read", SENT, "2026-02", last)
    assert (out.treat.customers, out.treat.ordered, out.treat.mean_sales) == (20, 2, 1.5)
    assert (out.hold.customers, out.hold.ordered, out.hold.mean_sales) == (20, 1, 0.4)
    share = compare_shares((2, 20), (1, 20))
    assert out.share is not None
    assert (out.share.value, out.share.low, out.share.high) == pytest.approx(
        (share.value, share.low, share.high), abs=1e-6
    )
    assert (out.verdict, out.trials, out.elsewhere, out.sizes_chance) == ("no_effect_seen", 1, 0, 1.0)
    assert out.sales is not None
    assert out.profit is not None
    assert out.profit.value == pytest.approx(0.5 * out.sales.value - 0.1, abs=0.01)
    assert out.expected is not None
    assert 0 < out.expected.value < out.share.value


def test_days_that_are_not_over_are_not_read_out(make_lines: Any) -> None:
    """Until its last day is in the lines a trial is running; the day after it is read."""
    for sent_on, state in ((date(2026, 2, 1), "read"), (date(2026, 2, 2), "running")):
        (trial,) = follow(make_lines, marked(sent_on))
        assert (trial.state, trial.sent_on, trial.read_out is None) == (state, sent_on, state == "running")


def test_what_was_not_sent_or_lost_its_list_is_told(make_lines: Any) -> None:
    """Neither is read out."""
    lost = MarkedTrial(marked().mark)
    assert [trial.state for trial in follow(make_lines, marked(None))] == ["not_sent"]
    assert [trial.state for trial in follow(make_lines, lost)] == ["gone"]


def test_nobody_was_held_back(make_lines: Any) -> None:
    """There is one arm, and nothing to compare it with."""
    (trial,) = follow(make_lines, marked(arms=dict.fromkeys(CUSTOMERS, "treat")), rows=[order("c00", SENT)])
    out = trial.read_out
    assert out is not None
    assert (out.verdict, out.treat.ordered, out.hold.customers, out.share, out.expected) == (
        "no_hold_out",
        1,
        0,
        None,
        None,
    )


def test_who_was_in_an_earlier_trial_is_left_out_of_the_later(make_lines: Any) -> None:
    """The earlier keeps all, for the later was not known when its lot was drawn; both are counted."""
    few = {customer: ARMS[customer] for customer in CUSTOMERS[:10]}
    earlier = marked(SENT, few, id="0000000a")
    later = marked(SENT + timedelta(days=27), id="0000000b")
    for said in ((later, earlier), (earlier, later)):
        read = {trial.id: trial.read_out for trial in follow(make_lines, *said)}
        first, second = read["0000000a"], read["0000000b"]
        assert first is not None
        assert second is not None
        assert (first.treat.customers, first.hold.customers, first.elsewhere) == (5, 5, 0)
        assert (second.treat.customers, second.hold.customers, second.elsewhere) == (15, 15, 10)
    after = marked(SENT + timedelta(days=28), id="0000000c")
    states = {
        trial.id: trial for trial in follow_trials(None, [earlier, after], lines_of(make_lines, []), MARCH, OPTIONS)
    }
    assert states["0000000c"].read_out is not None
    assert states["0000000c"].read_out.elsewhere == 0


def test_trials_of_one_action_are_read_together(make_lines: Any) -> None:
    """The second knows of the first: what to expect follows from both, and lies between what they showed alone."""
    rows = [order(customer, SENT) for customer in CUSTOMERS if ARMS[customer] == "treat"]
    first = marked(SENT - timedelta(days=1), id="0000000a", month="2025-11")
    second = marked(date(2026, 2, 1), id="0000000b")
    by_id = {trial.id: trial.read_out for trial in follow(make_lines, first, second, rows=rows)}
    one, two = by_id["0000000a"], by_id["0000000b"]
    assert one is not None
    assert two is not None
    assert (one.trials, two.trials) == (1, 2)
    assert one.share is not None
    assert two.share is not None
    assert two.expected is not None
    assert two.share.value < two.expected.value < one.share.value


def test_hashed_lists_are_followed_alike(make_lines: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Customers are found by their keyed ids."""
    monkeypatch.setenv("REPORTGEN_CUSTOMER_KEY", "0123456789abcdef0123456789abcdef")
    keyed = dict(zip(name_customers(CUSTOMERS, "hashed"), ARMS.values(), strict=True))
    hashed = MarkedTrial(marked().mark, keyed, "hashed")
    rows = [order("c00", SENT, "30"), order("c01", SENT, "8")]
    assert follow(make_lines, hashed, rows=rows) == follow(make_lines, marked(), rows=rows)


def test_who_is_still_in_a_trial() -> None:
    """Whose days go on for more than a week after the month is in no new action; unmarked and past ones keep nobody."""
    customers = pd.Series(["c00", "c39", "x"])
    for sent_on, busy in ((date(2026, 2, 9), True), (date(2026, 2, 8), False), (None, False)):
        found = find_in_trial([marked(sent_on)], customers, FEBRUARY.as_of)
        assert found.tolist() == [busy, busy, False]
    assert not np.any(find_in_trial([], customers, FEBRUARY.as_of))

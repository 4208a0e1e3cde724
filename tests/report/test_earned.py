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
from reportgen.model.evidence import list_failing
from reportgen.model.lines import OrderLines, Period
from reportgen.model.trials import ActionMark, MarkedTrial, Trial
from reportgen.report.earned import find_in_trial, follow_trials
from reportgen.trials.compare import compare_shares
from reportgen.trials.read_out import pool, shrink
from tests.made import make_report
from tests.made_change import make_followed
from tests.made_comparison import make_previous

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
    base = trial.pop("plan", PLANNED.plan)
    plan = replace(base, customers=len(listed), treat=len(listed) - held, hold=held, lift=0.2)
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
    """All of one play that are read by then, and of no other, in whichever order they stand: the pool of their differences."""
    rows = [order(customer, SENT) for customer in CUSTOMERS if ARMS[customer] == "treat"]
    first = marked(SENT - timedelta(days=1), id="0000000a", month="2025-11")
    second = marked(date(2026, 2, 1), id="0000000b")
    other = replace(PLANNED.plan, play="other")
    apart = marked(SENT - timedelta(days=90), id="0000000d", plan=replace(other, lift=0.2))
    known = replace(make_followed()[0], id="0000000c", month="2025-10", read_in="2025-12")
    for said in ((first, second, apart), (second, first, apart)):
        lines = lines_of(make_lines, rows)
        by_id = {
            trial.id: trial
            for trial in follow_trials(make_previous(make_report(trials=(known,))), said, lines, FEBRUARY, OPTIONS)
        }
        shares = [by_id[key].read_out.share for key in ("0000000a", "0000000b", "0000000c")]  # type: ignore[union-attr]
        pooled = pool([each for each in shares if each])
        expected = shrink(pooled, 0.2)
        for key in ("0000000a", "0000000b"):
            out = by_id[key].read_out
            assert out is not None
            assert out.expected is not None
            assert out.trials == 3
            assert out.expected.value == pytest.approx(expected.value, abs=1e-6)
        assert by_id["0000000c"].read_out == known.read_out
        assert by_id["0000000d"].read_out is not None
        assert by_id["0000000d"].read_out.trials == 1


def test_what_was_spent_before_is_that_of_a_year(make_lines: Any) -> None:
    """Arms that spent alike but for one year ago are alike; the year before the day of sending counts, not that day."""
    held = [customer for customer in CUSTOMERS if ARMS[customer] == "hold"]
    for days, is_seen in ((366, False), (365, True), (1, True), (0, False)):
        rows = [order(customer, SENT - timedelta(days=days), "500") for customer in held]
        (trial,) = follow(make_lines, marked(), rows=rows)
        assert trial.read_out is not None
        assert (trial.read_out.verdict == "not_comparable") is is_seen, days
        assert (trial.read_out.expected is None) is is_seen


def test_sales_are_adjusted_by_hand(make_lines: Any) -> None:
    """Everybody spends twice what they spent before, and the treated £5 more: that is the difference, and it is sure."""
    spent = {customer: 2 * (10 + n) + (5 if ARMS[customer] == "treat" else 0) for n, customer in enumerate(CUSTOMERS)}
    (trial,) = follow(make_lines, marked(), rows=[order(one, SENT, str(amount)) for one, amount in spent.items()])
    out = trial.read_out
    assert out is not None
    assert out.sales is not None
    assert out.sales.value == pytest.approx(5, abs=1.5)
    assert out.sales.high - out.sales.low < 6  # of what they spend, unadjusted, it is 15
    assert (out.treat.ordered, out.hold.ordered) == (20, 20)


def test_what_is_corrected_is_read_anew(make_lines: Any) -> None:
    """What was read out stays as it is while nothing else is said; another day is read anew, and what was not sent is none."""
    (read,) = follow(make_lines, marked())
    lines = lines_of(make_lines, [order("c00", SENT)])
    for said, state, is_same in (
        (SENT, "read", True),
        (SENT + timedelta(days=1), "read", False),
        (None, "not_sent", False),
    ):
        (trial,) = follow_trials(make_previous(make_report(trials=(read,))), [marked(said)], lines, FEBRUARY, OPTIONS)
        assert (trial.state, trial.sent_on, trial == read) == (state, said, is_same)


def test_another_list_is_read_anew(make_lines: Any) -> None:
    """That another run's customers were written to, on the same day, is a correction too."""
    (read,) = follow(make_lines, marked())
    said = marked(arms=dict(list(ARMS.items())[:20]))
    other = MarkedTrial(replace(said.mark, run="shop/paris/2025-12/" + "1" * 16), said.arms)
    previous = make_previous(make_report(trials=(read,)))
    (trial,) = follow_trials(previous, [other], lines_of(make_lines, []), FEBRUARY, OPTIONS)
    assert trial.read_out is not None
    assert (trial.run, trial.read_out.treat.customers) == (other.mark.run, 10)


def test_what_is_withdrawn_is_no_evidence_for_another(make_lines: Any) -> None:
    """A trial that was pooled with one that was never sent stands alone again, as it was read."""
    rows = [order(customer, SENT) for customer in CUSTOMERS if ARMS[customer] == "hold"]
    first, second = marked(SENT - timedelta(days=1), id="0000000a"), marked(date(2026, 2, 1), id="0000000b")
    lines = lines_of(make_lines, rows)
    both = follow_trials(None, [first, second], lines, FEBRUARY, OPTIONS)
    assert [trial.read_out.trials for trial in both if trial.read_out] == [2, 2]
    (alone,) = follow_trials(None, [second], lines, FEBRUARY, OPTIONS)
    previous = make_previous(make_report(trials=both))
    after = follow_trials(previous, [replace_day(first, None), second], lines, MARCH, OPTIONS)
    by_id = {trial.id: trial for trial in after}
    assert by_id["0000000a"].state == "not_sent"
    assert by_id["0000000b"] == alone
    assert not list_failing(after)


def replace_day(each: MarkedTrial, sent_on: date | None) -> MarkedTrial:
    """Mark the same action otherwise."""
    return MarkedTrial(replace(each.mark, sent_on=sent_on), each.arms)


def test_what_nobody_knows_of_any_more_is_given_up(make_lines: Any) -> None:
    """A trial that was under way and is not in the ledger now is running until its days are over."""
    running = replace(make_followed()[2], sent_on=date(2026, 2, 2))
    for period, state in ((FEBRUARY, "running"), (MARCH, "gone")):
        lines = lines_of(make_lines, [])
        (trial,) = follow_trials(make_previous(make_report(trials=(running,))), [], lines, period, OPTIONS)
        assert trial.state == state


def test_customers_who_have_other_ids_now(make_lines: Any) -> None:
    """Nobody of them seems to have ordered, which is no result: with half of them in the lines or fewer nothing is read."""
    for there, state in ((21, "read"), (20, "gone"), (0, "gone")):
        arms = {(one if n < there else f"0{one}"): ARMS[one] for n, one in enumerate(CUSTOMERS)}
        (trial,) = follow(make_lines, marked(arms=arms), rows=[order("c00", SENT)])
        assert (trial.state, trial.read_out is None) == (state, state == "gone")


def test_too_few_are_left_in_an_arm(make_lines: Any) -> None:
    """A trial that had a hold-out and lost it is not said to have had none."""
    few = {"c00": "treat", "c02": "treat", "c04": "treat", "c01": "hold"}
    (trial,) = follow(make_lines, marked(arms=few))
    assert trial.read_out is not None
    assert (trial.read_out.verdict, trial.read_out.share, trial.read_out.hold.customers) == ("too_few", None, 1)


def test_plain_and_hashed_lists_share_their_customers(make_lines: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whom two trials share is left out of the later one, however each list names them."""
    monkeypatch.setenv("REPORTGEN_CUSTOMER_KEY", "0123456789abcdef0123456789abcdef")
    few = dict(list(ARMS.items())[:10])
    for early, late in (("plain", "hashed"), ("hashed", "plain")):
        first = named(marked(SENT, few, id="0000000a"), early)
        second = named(marked(SENT + timedelta(days=5), id="0000000b"), late)
        read = {trial.id: trial.read_out for trial in follow(make_lines, second, first)}
        out = read["0000000b"]
        assert out is not None
        assert (out.elsewhere, out.treat.customers, out.hold.customers) == (10, 15, 15)


def named(each: MarkedTrial, ids: str) -> MarkedTrial:
    """Give the customers of a list the names of a kind."""
    arms = each.arms or {}
    return MarkedTrial(each.mark, dict(zip(name_customers(arms, ids), arms.values(), strict=True)), ids)


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
    days = (
        (date(2026, 2, 9), True),
        (date(2026, 2, 8), False),
        (None, False),
        (date(2026, 3, 7), True),
        (date(2026, 3, 8), False),
    )
    for sent_on, busy in days:
        found = find_in_trial([marked(sent_on)], customers, FEBRUARY.as_of)
        assert found.tolist() == [busy, busy, False]
    assert not np.any(find_in_trial([], customers, FEBRUARY.as_of))

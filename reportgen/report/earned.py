"""Follows the actions of earlier reports: which were sent, whose days are over, and what came of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from reportgen import columns as c
from reportgen.archive.lists import name_customers
from reportgen.config.options import TrialOptions
from reportgen.lines.transform.visits import day_number, list_named_days
from reportgen.model.lines import OrderLines, Period
from reportgen.model.previous import Previous
from reportgen.model.trials import HOLD, Arm, Effect, MarkedTrial, Progress, ReadOut, Trial, last_day_of, list_failing
from reportgen.months import count_months
from reportgen.trials.compare import Difference, Observed
from reportgen.trials.read_out import pool, read_out, shrink
from reportgen.trials.split import halve_by

_MONTHS_KEPT = 24
"""Months that a trial which was read out is told of."""
_DAYS_BEFORE = 365
"""Of earlier spending, which what is spent in a trial is adjusted by."""
_WEEK = timedelta(days=7)
"""Until a list is sent: an earlier trial that is over by then keeps nobody out of it."""


@dataclass(frozen=True, eq=False, slots=True)
class EarlierActions:
    """What came of the actions of earlier reports.

    Attributes
    ----------
    trials : tuple of Trial
        From `follow_trials`.
    in_trial : ndarray of bool of shape (n_customers,)
        From `find_in_trial`.
    """

    trials: tuple[Trial, ...]
    in_trial: np.ndarray

    @property
    def failing(self) -> frozenset[str]:
        """Ids of the plays that the shop's own trials speak against."""
        return frozenset(list_failing(self.trials))


def follow_trials(
    previous: Previous | None,
    marked: Sequence[MarkedTrial],
    lines: OrderLines,
    period: Period,
    options: TrialOptions,
) -> tuple[Trial, ...]:
    """Follow the actions of earlier reports to what came of them.

    Parameters
    ----------
    previous : Previous or None
        The report before, which tells what was read out by then.
    marked : sequence of MarkedTrial
        What was said of them, the oldest month first, with their customers.
    lines : OrderLines
        Of any time up to the month's end, with their fates; returns set against purchases.
    period : Period
        The month.
    options : TrialOptions
        Says what a sale leaves, and what writing costs.

    Returns
    -------
    tuple of Trial
        The newest month first.
    """
    earlier = [] if previous is None else _list_earlier(previous, period)
    done = {trial.id: trial for trial in earlier if trial.state in ("read", "gone")}
    told = {each.mark.trial.id for each in marked} | set(done)
    unmarked = [trial for trial in earlier if trial.id not in told]
    left = [each for each in marked if each.mark.trial.id not in done]
    due = [each for each in left if _is_due(each, period.as_of)]
    seen = _Seen.of(due, lines)
    outcomes: list[Trial] = []
    for each in left:
        if each in due and each.arms is not None:
            apart = _find_apart(each, marked)
            read = _read(each, seen, apart, (*done.values(), *outcomes))
            outcomes.append(replace(read, read_in=period.month, read_out=_price(read.read_out, options)))
        else:
            outcomes.append(_tell(each, period.as_of))
    return tuple(sorted((*done.values(), *outcomes, *unmarked), key=_newest_first))


def find_in_trial(marked: Sequence[MarkedTrial], customers: pd.Series, as_of: date) -> np.ndarray:
    """Find customers who are in a trial that is not over by the time that a new list is sent.

    Parameters
    ----------
    marked : sequence of MarkedTrial
        What was said of earlier actions, with their customers.
    customers : pandas.Series
        Ids.
    as_of : date
        The last day observed.

    Returns
    -------
    ndarray of bool of shape (n_customers,)
    """
    found = np.zeros(len(customers), dtype=bool)
    going_on = [each for each in marked if each.mark.sent_on and last_day_of(each.mark.sent_on) > as_of + _WEEK]
    for ids in {each.ids for each in going_on}:
        busy = {name for each in going_on if each.ids == ids for name in each.arms or ()}
        found |= pd.Series(name_customers(customers, ids)).isin(busy).to_numpy()
    return found


def _newest_first(trial: Trial) -> tuple[int, int, str]:
    return -int(trial.month.replace("-", "")), trial.plan.segment, trial.plan.play


def _list_earlier(previous: Previous, period: Period) -> list[Trial]:
    """List what the previous report told of earlier actions, and what it proposed with a list, not marked yet."""
    words = previous.facts.words.segments
    titles = {(each.number, action.id): action.title for each in words for action in each.actions}
    listed = {file.trial for file in previous.facts.audiences}
    proposed = [
        replace(trial, title=titles[trial.plan.segment, trial.plan.play], state="not_marked")
        for trial in previous.facts.trials
        if trial.state == "proposed" and trial.id in listed
    ]
    told = [*proposed, *previous.facts.followed]
    return [trial for trial in told if count_months(trial.month, period.month) <= _MONTHS_KEPT]


def _is_due(each: MarkedTrial, as_of: date) -> bool:
    return each.mark.sent_on is not None and last_day_of(each.mark.sent_on) <= as_of


def _tell(each: MarkedTrial, as_of: date) -> Trial:
    """Tell of a trial that is not read out how far it has come."""
    if each.mark.sent_on is None:
        return replace(each.mark.trial, state="not_sent")
    state: Progress = "gone" if _is_due(each, as_of) or each.arms is None else "running"
    return replace(each.mark.trial, state=state, sent_on=each.mark.sent_on)


@dataclass(frozen=True, eq=False, slots=True)
class _Seen:
    """What customers did on each day; `customer_id` as plain lists name them, and `hashed` where one is hashed."""

    days: pd.DataFrame

    @classmethod
    def of(cls, due: Sequence[MarkedTrial], lines: OrderLines) -> _Seen:
        """See what the customers of some trials did, in their days and before."""
        sent = [each.mark.sent_on for each in due if each.mark.sent_on is not None]
        if not sent:
            return cls(pd.DataFrame({"plain": [], "hashed": [], "day": [], c.ORDERS: [], c.AMOUNT: []}))
        days = list_named_days(lines, min(sent) - timedelta(days=_DAYS_BEFORE), last_day_of(max(sent)))
        customers = days[c.CUSTOMER_ID].astype(str).unique()
        for ids in {each.ids for each in due}:
            days[ids] = days[c.CUSTOMER_ID].map(dict(zip(customers, name_customers(customers, ids), strict=True)))
        return cls(days)

    def sum_up(self, ids: str, names: Sequence[str], span: tuple[date, date]) -> pd.DataFrame:
        """Sum up what customers did in a span, both ends in it: `orders`, and `amount` in currency units."""
        first, last = (day_number(day) for day in span)
        mine = self.days[(self.days["day"] >= first) & (self.days["day"] <= last)]
        sums = mine.groupby(ids)[[c.ORDERS, c.AMOUNT]].sum().reindex(list(names), fill_value=0)
        return sums.assign(**{c.AMOUNT: sums[c.AMOUNT] / c.MONEY_SCALE})


def _find_apart(each: MarkedTrial, marked: Sequence[MarkedTrial]) -> set[str]:
    """Find customers who were in another trial when this one was sent: the one's effect would be taken for the other's.

    Of two on one day the one that stands first has them.
    """
    apart: set[str] = set()
    for other in marked:
        if other is each or other.arms is None or other.mark.sent_on is None or each.mark.sent_on is None:
            continue
        before = (other.mark.sent_on, marked.index(other)) < (each.mark.sent_on, marked.index(each))
        if before and last_day_of(other.mark.sent_on) >= each.mark.sent_on and other.ids == each.ids:
            apart |= set(other.arms) & set(each.arms or {})
    return apart


def _read(each: MarkedTrial, seen: _Seen, apart: set[str], done: Sequence[Trial]) -> Trial:
    """Read a trial out whose days are over."""
    trial, sent_on = each.mark.trial, each.mark.sent_on
    assert sent_on is not None  # noqa: S101 - it is due
    arms: Mapping[str, str] = {name: arm for name, arm in (each.arms or {}).items() if name not in apart}
    until = last_day_of(sent_on)
    within = seen.sum_up(each.ids, list(arms), (sent_on, until))
    before = seen.sum_up(each.ids, list(arms), (sent_on - timedelta(days=_DAYS_BEFORE), sent_on - timedelta(days=1)))
    is_held = np.array([arm == HOLD for arm in arms.values()], dtype=bool)
    observed = Observed(
        is_held=is_held,
        stratum=halve_by(before[c.AMOUNT].to_numpy()),
        ordered=(within[c.ORDERS] > 0).to_numpy(),
        sales=within[c.AMOUNT].to_numpy(),
        earlier=before[c.AMOUNT].to_numpy(),
    )
    found = _compare(trial, observed, done)
    return replace(
        trial,
        state="read",
        sent_on=sent_on,
        read_out=replace(found, until=until, elsewhere=len(apart)),
    )


def _compare(trial: Trial, observed: Observed, done: Sequence[Trial]) -> ReadOut:
    plan = trial.plan
    treat, hold = (_sum_up_arm(observed, rows) for rows in (~observed.is_held, observed.is_held))
    bare = ReadOut(date.min, treat, hold, 0, None, None, 0, None, None, None, None, "no_hold_out")
    found = read_out(observed, plan.hold / plan.customers, plan.lift) if plan.hold and plan.lift else None
    if found is None or plan.lift is None:
        return bare
    others = [] if found.verdict == "not_comparable" else _list_others(trial, done)
    expected = shrink(pool([found.share, *others]), plan.lift)
    return replace(
        bare,
        share=_bind(found.share, 6),
        expected=_bind(expected, 6),
        trials=1 + len(others),
        sales=_bind(found.sales, 2),
        sizes_chance=round(found.sizes_chance, 6),
        earlier_chance=round(found.earlier_chance, 6),
        verdict=found.verdict,
    )


def _price(out: ReadOut | None, options: TrialOptions) -> ReadOut | None:
    """Tell what each customer written to brought, where it is known what a sale leaves."""
    if out is None or out.sales is None or options.margin is None:
        return out
    ends = (out.sales.value, out.sales.low, out.sales.high)
    return replace(out, profit=Effect(*(round(end * options.margin - options.cost_per_contact, 2) for end in ends)))


def _list_others(trial: Trial, done: Sequence[Trial]) -> list[Difference]:
    """List what earlier trials of the same action showed, where their arms could be compared."""
    outs = [other.read_out for other in done if other.plan.play == trial.plan.play and other.read_out is not None]
    return [
        Difference(out.share.value, out.share.low, out.share.high)
        for out in outs
        if out.share is not None and out.verdict != "not_comparable"
    ]


def _sum_up_arm(observed: Observed, rows: np.ndarray) -> Arm:
    customers = int(rows.sum())
    mean = float(observed.sales[rows].mean()) if customers else 0.0
    return Arm(customers, int(observed.ordered[rows].sum()), round(mean, 2))


def _bind(difference: Difference, places: int) -> Effect:
    return Effect(*(round(value, places) for value in (difference.value, difference.low, difference.high)))

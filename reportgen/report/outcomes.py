"""Reads a trial out: what its customers did in its days, arm by arm, beside what they had spent before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from reportgen import columns as c
from reportgen.archive.lists import name_customers
from reportgen.config.options import TrialOptions
from reportgen.lines.transform.visits import day_number, find_visits, list_named_days
from reportgen.model.lines import OrderLines
from reportgen.model.trials import HOLD, Arm, Effect, MarkedTrial, ReadOut, Trial, Verdict, last_day_of
from reportgen.trials.compare import Observed
from reportgen.trials.read_out import pool, read_out, shrink
from reportgen.trials.split import halve_by

_DAYS_BEFORE = 365
"""Of earlier spending, which what is spent in a trial is adjusted by."""


@dataclass(frozen=True, eq=False, slots=True)
class Seen:
    """What customers did on each day.

    Attributes
    ----------
    days : pandas.DataFrame
        From `list_named_days`, with their names as plain lists and as hashed ones give them, where there are such.
    known : mapping of str to set of str
        The names of all who ever ordered, for each kind of list that there is.
    """

    days: pd.DataFrame
    known: Mapping[str, set[str]]

    @classmethod
    def of(cls, due: Sequence[MarkedTrial], lines: OrderLines) -> Seen:
        """See what the customers of some trials did, in their days and before."""
        sent = [each.mark.sent_on for each in due if each.mark.sent_on is not None]
        if not sent:
            return cls(pd.DataFrame(), {})
        days = list_named_days(lines, min(sent) - timedelta(days=_DAYS_BEFORE), last_day_of(max(sent)))
        customers = find_visits(lines).index
        known = {}
        for ids in {each.ids for each in due}:
            names = dict(zip(customers, name_customers(customers, ids), strict=True))
            days[ids] = days[c.CUSTOMER_ID].map(names)
            known[ids] = set(names.values())
        return cls(days, known)

    def knows(self, each: MarkedTrial) -> bool:
        """Whether most of the customers of a list are in the lines; else they have other ids by now."""
        arms = each.arms or {}
        return 2 * len(self.known[each.ids].intersection(arms)) > len(arms)

    def sum_up(self, ids: str, names: Sequence[str], span: tuple[date, date]) -> pd.DataFrame:
        """Sum up what customers did in a span, both ends in it: `orders`, and `amount` in currency units."""
        first, last = (day_number(day) for day in span)
        mine = self.days[(self.days["day"] >= first) & (self.days["day"] <= last)]
        sums = mine.groupby(ids)[[c.ORDERS, c.AMOUNT]].sum().reindex(list(names), fill_value=0)
        return sums.assign(**{c.AMOUNT: sums[c.AMOUNT] / c.MONEY_SCALE})


def read_trial(each: MarkedTrial, seen: Seen, apart: set[str], options: TrialOptions) -> Trial:
    """Read a trial out whose days are over; what to expect of it once more is found by `expect_again`.

    Parameters
    ----------
    each : MarkedTrial
        With its list.
    seen : Seen
        What its customers did.
    apart : set of str
        Customers to leave out, by the names that the list gives them.
    options : TrialOptions
        Says what a sale leaves, and what writing costs.
    """
    trial, sent_on = each.mark.trial, each.mark.sent_on
    assert sent_on is not None  # noqa: S101 - its days are over
    arms: Mapping[str, str] = {name: arm for name, arm in (each.arms or {}).items() if name not in apart}
    until = last_day_of(sent_on)
    within = seen.sum_up(each.ids, list(arms), (sent_on, until))
    before = seen.sum_up(each.ids, list(arms), (sent_on - timedelta(days=_DAYS_BEFORE), sent_on - timedelta(days=1)))
    observed = Observed(
        is_held=np.array([arm == HOLD for arm in arms.values()], dtype=bool),
        stratum=halve_by(before[c.AMOUNT].to_numpy()),
        ordered=(within[c.ORDERS] > 0).to_numpy(),
        sales=within[c.AMOUNT].to_numpy(),
        earlier=before[c.AMOUNT].to_numpy(),
    )
    found = replace(_compare(trial, observed, options), until=until, elsewhere=len(apart))
    return replace(trial, state="read", sent_on=sent_on, run=each.mark.run, read_out=found)


def expect_again(trial: Trial, trials: Sequence[Trial]) -> Trial:
    """Tell what to expect of an action once more, from all its trials.

    Parameters
    ----------
    trial : Trial
        As it was read out.
    trials : sequence of Trial
        All that were read out, this one among them.
    """
    out, lift = trial.read_out, trial.plan.lift
    if out is None or lift is None or not _is_comparable(trial):
        return trial
    alike = [other for other in trials if other.plan.play == trial.plan.play and _is_comparable(other)]
    shares = [other.read_out.share for other in alike if other.read_out is not None]
    pooled = pool([share for share in shares if share is not None])
    return replace(trial, read_out=replace(out, expected=_round(shrink(pooled, lift), 6), trials=len(alike)))


def _is_comparable(trial: Trial) -> bool:
    out = trial.read_out
    return out is not None and out.share is not None and out.verdict != "not_comparable"


def _compare(trial: Trial, observed: Observed, options: TrialOptions) -> ReadOut:
    plan = trial.plan
    treat, hold = (_sum_up_arm(observed, rows) for rows in (~observed.is_held, observed.is_held))
    lacking: Verdict = "too_few" if plan.hold else "no_hold_out"
    bare = ReadOut(date.min, treat, hold, 0, None, None, 0, None, None, None, None, lacking)
    found = read_out(observed, plan.hold / plan.customers) if plan.hold and plan.lift else None
    if found is None:
        return bare
    return replace(
        bare,
        share=_round(found.share, 6),
        sales=_round(found.sales, 2),
        profit=_price(found.sales, options),
        sizes_chance=round(found.sizes_chance, 6),
        earlier_chance=round(found.earlier_chance, 6),
        verdict=found.verdict,
    )


def _price(sales: Effect, options: TrialOptions) -> Effect | None:
    """Tell what each customer written to brought, where it is known what a sale leaves."""
    if options.margin is None:
        return None
    ends = (sales.value, sales.low, sales.high)
    return Effect(*(round(end * options.margin - options.cost_per_contact, 2) for end in ends))


def _sum_up_arm(observed: Observed, rows: np.ndarray) -> Arm:
    customers = int(rows.sum())
    mean = float(observed.sales[rows].mean()) if customers else 0.0
    return Arm(customers, int(observed.ordered[rows].sum()), round(mean, 2))


def _round(effect: Effect, places: int) -> Effect:
    return Effect(*(round(value, places) for value in (effect.value, effect.low, effect.high)))

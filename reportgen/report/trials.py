"""Plans how the actions of a segment can be tested, by what such customers did unaided."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from reportgen import columns as c
from reportgen.advice.audience import share_out
from reportgen.model.actions import LEAST_LOOKED_AT, Play
from reportgen.model.trials import HOLD, MOST_POOLED, TREAT, TRIAL_DAYS, Trial, TrialPlan, TrialState, trial_id
from reportgen.trials.sizes import POWER, Arms, choose_hold, find_detectable, find_needed, find_power
from reportgen.trials.split import halve_by, split_customers

IN_TRIAL = "in_trial"


@dataclass(frozen=True, eq=False, slots=True)
class Planned:
    """A plan, and the rows of the customers that the action is for."""

    plan: TrialPlan
    rows: np.ndarray


def plan_trials(
    segment: int, plays: Sequence[Play], members: pd.DataFrame, earlier: pd.DataFrame, plausible_lift: float
) -> tuple[Planned, ...]:
    """Plan the trials of a segment's actions.

    Parameters
    ----------
    segment : int
        Its number.
    plays : sequence of Play
        Its actions, the most important first; one that is for a place, and no list of customers, has no plan.
    members : pandas.DataFrame
        Its customers, as `share_out` takes them, with `in_trial`: whether an earlier trial that they are in is not
        over; their index tells the rows.
    earlier : pandas.DataFrame
        Those whom its borders would have held at earlier month ends, likewise, with `until_next` (days, nan).
    plausible_lift : float
        Rise that is planned for, as a part of the share who order unaided (0.3: 30 % more).
    """
    audiences = [play.audience for play in plays]
    ordered = (earlier["until_next"] <= TRIAL_DAYS).to_numpy(dtype=bool)
    in_trial = members[IN_TRIAL].to_numpy(dtype=bool)
    rows = members.index.to_numpy()
    shared = zip(plays, share_out(audiences, members), share_out(audiences, earlier), strict=True)
    planned = []
    for play, mine, like in shared:
        if play.audience is not None:
            plan = _plan((segment, play), int((mine & ~in_trial).sum()), ordered[like], plausible_lift)
            planned.append(Planned(replace(plan, in_trial=int((mine & in_trial).sum())), rows[mine & ~in_trial]))
    return tuple(planned)


def propose_trials(
    parts: Iterable[tuple[str, Iterable[Planned]]], report: str, store: str | None, month: str
) -> tuple[Trial, ...]:
    """Propose the trials of a report.

    Parameters
    ----------
    parts : iterable of (str, iterable of Planned)
        What each segment is called, and its plans.
    report, store, month : str
        The report's id, whose customers, and the month.
    """
    return tuple(
        Trial(
            id=trial_id(report, store, month, (planned.plan.segment, planned.plan.play)),
            month=month,
            segment=name,
            title=None,
            plan=planned.plan,
            state="proposed",
        )
        for name, plans in parts
        for planned in plans
    )


def assign_arms(planned: Iterable[Planned], customers: pd.DataFrame, trials: str) -> tuple[list[str], list[str]]:
    """Give each customer the action that writes to them, and their arm.

    Parameters
    ----------
    planned : iterable of Planned
        The plans of all segments; their rows are those of the frame.
    customers : pandas.DataFrame
        With `customer_id` and `year_amount`, whose halves the arms are alike in.
    trials : str
        What these trials are told by from others: the report, the store and the month.

    Returns
    -------
    tuple of (list of str, list of str)
        Play and arm of each customer; empty where no action writes to them.
    """
    actions, arms = [""] * len(customers), [""] * len(customers)
    ids, spent = customers[c.CUSTOMER_ID].to_numpy(), customers[c.YEAR_AMOUNT].to_numpy()
    for each in planned:
        plan, rows = each.plan, each.rows
        trial = f"{trials}/{plan.segment}/{plan.play}"
        held = split_customers(trial, ids[rows].tolist(), halve_by(spent[rows]), plan.hold)
        for row, is_held in zip(rows.tolist(), held.tolist(), strict=True):
            actions[row], arms[row] = plan.play, HOLD if is_held else TREAT
    return actions, arms


def _plan(whose: tuple[int, Play], customers: int, ordered: np.ndarray, plausible_lift: float) -> TrialPlan:
    """Plan one trial, of which such customers have ordered or not within its days."""
    segment, play = whose
    assert play.audience is not None  # noqa: S101 - asked before
    base = float(ordered.mean()) if len(ordered) >= LEAST_LOOKED_AT else None
    hold = needed = detectable = lift = None
    if base is not None and customers:
        lift = min(base * plausible_lift, 1 - base)
        hold = choose_hold(customers, base, lift)
        needed = find_needed(base, lift, hold)
    is_worth_it = needed is not None and needed <= MOST_POOLED * customers
    held = round(customers * hold) if hold is not None and is_worth_it else 0
    arms = Arms(customers - held, held)
    if base is not None and held:
        detectable = find_detectable(base, arms)
    return TrialPlan(
        segment=segment,
        play=play.id,
        audience=play.audience,
        customers=customers,
        in_trial=0,
        base_customers=len(ordered),
        base_rate=None if base is None else round(base, 6),
        lift=None if lift is None else round(lift, 6),
        treat=customers - held,
        hold=held,
        detectable=None if detectable is None else round(detectable, 6),
        needed=needed,
        state=_state_of(customers, base, lift, arms),
    )


def _state_of(customers: int, base: float | None, lift: float | None, arms: Arms) -> TrialState:
    if not customers:
        return "nobody"
    if base is None or lift is None:
        return "no_past"
    is_enough = min(arms.treat, arms.hold) >= 1 and lift > 0 and find_power(base, lift, arms) >= POWER
    return "testable" if is_enough else "too_small"

"""Plans how the actions of a segment can be tested, by what such customers did unaided."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from reportgen.advice.audience import share_out
from reportgen.model.actions import LEAST_LOOKED_AT, Play
from reportgen.model.trials import TRIAL_DAYS, TrialPlan, TrialState
from reportgen.trials.sizes import POWER, Arms, choose_hold, find_detectable, find_needed, find_power


def plan_trials(
    segment: int, plays: Sequence[Play], members: pd.DataFrame, earlier: pd.DataFrame, plausible_lift: float
) -> tuple[TrialPlan, ...]:
    """Plan the trials of a segment's actions.

    Parameters
    ----------
    segment : int
        Its number.
    plays : sequence of Play
        Its actions, the most important first; one that is for a place, and no list of customers, has no plan.
    members : pandas.DataFrame
        Its customers, as `share_out` takes them.
    earlier : pandas.DataFrame
        Those whom its borders would have held at earlier month ends, likewise, with `until_next` (days, nan).
    plausible_lift : float
        Rise that is planned for, as a part of the share who order unaided (0.3: 30 % more).
    """
    audiences = [play.audience for play in plays]
    ordered = (earlier["until_next"] <= TRIAL_DAYS).to_numpy(dtype=bool)
    shared = zip(plays, share_out(audiences, members), share_out(audiences, earlier), strict=True)
    return tuple(
        _plan((segment, play), int(mine.sum()), ordered[like], plausible_lift)
        for play, mine, like in shared
        if play.audience is not None
    )


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
    held = round(customers * hold) if hold is not None else 0
    arms = Arms(customers - held, held)
    if base is not None and held:
        detectable = find_detectable(base, arms)
    return TrialPlan(
        segment=segment,
        play=play.id,
        audience=play.audience,
        customers=customers,
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

"""What the trials of a shop come to together: the money that they brought, and the plays that they speak against."""

from __future__ import annotations

import math
from collections.abc import Sequence

from reportgen.model.trials import Effect, Trial

LEAST_TRIALS = 2
"""Trials of a play, read together, before its advice is given up: one in forty seems to do harm by chance alone."""
_WORTH_IT = 0.5
"""Part of the planned rise below which the upper end of what to expect makes a play one that does too little."""


def sum_up_gain(trials: Sequence[Trial]) -> Effect | None:
    """Sum up what the customers written to in trials brought, beside as many held back; None without any.

    Parameters
    ----------
    trials : sequence of Trial
        Of any states; those with arms that can be compared count, whatever they showed.

    Returns
    -------
    Effect or None
        In money: what was left of the sales where that is known of all, else the sales; with its 95 % interval, the
        trials being of different lots.
    """
    outs = [trial.read_out for trial in trials if trial.read_out is not None]
    outs = [out for out in outs if out.sales is not None and out.verdict != "not_comparable"]
    has_profit = all(out.profit is not None for out in outs)
    parts = [(out.treat.customers, out.profit if has_profit else out.sales) for out in outs]
    if not parts:
        return None
    value = sum(count * effect.value for count, effect in parts if effect is not None)
    reach = math.sqrt(
        sum((count * (effect.high - effect.low) / 2) ** 2 for count, effect in parts if effect is not None)
    )
    return Effect(round(value, 2), round(value - reach, 2), round(value + reach, 2))


def list_failing(trials: Sequence[Trial]) -> dict[str, Trial]:
    """List the plays that do harm, or less than half of what was planned for, by id with the trial that tells it last.

    Parameters
    ----------
    trials : sequence of Trial
        Those that were read out. Of a play's the one that was read out last tells, as it knows of all before.
    """
    told = [trial for trial in trials if trial.read_out is not None and trial.read_out.expected is not None]
    last = {trial.plan.play: trial for trial in sorted(told, key=_knows_of)}
    return {play: trial for play, trial in last.items() if _fails(trial)}


def _knows_of(trial: Trial) -> tuple[str, int]:
    return trial.read_in or "", trial.read_out.trials if trial.read_out is not None else 0


def _fails(trial: Trial) -> bool:
    out = trial.read_out
    if out is None or out.expected is None or out.trials < LEAST_TRIALS:
        return False
    return out.expected.high < _WORTH_IT * (trial.plan.lift or 0.0)

"""Follows the actions of earlier reports: which were sent, whose days are over, and what came of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from reportgen.archive.lists import name_customers
from reportgen.config.options import TrialOptions
from reportgen.model.evidence import list_failing
from reportgen.model.lines import OrderLines, Period
from reportgen.model.previous import Previous
from reportgen.model.trials import MarkedTrial, Progress, Trial, last_day_of
from reportgen.months import count_months
from reportgen.report.outcomes import Seen, expect_again, read_trial
from reportgen.text.spreadsheet import unguard

_MONTHS_KEPT = 24
"""Months that a trial which was read out is told of."""
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
    said = {each.mark.trial.id: each for each in marked}
    earlier = [] if previous is None else _list_earlier(previous, period)
    done = [trial for trial in earlier if trial.state in ("read", "gone") and _still_holds(trial, said)]
    withdrawn = {trial.plan.play for trial in earlier if trial.state == "read" and trial not in done}
    done = [_pool_anew(trial, done) if trial.plan.play in withdrawn else trial for trial in done]
    known = {trial.id for trial in done}
    untold = [_age(trial, period.as_of) for trial in earlier if trial.id not in known | set(said)]
    left = [each for each in marked if each.mark.trial.id not in known]
    due = [each for each in left if each.arms is not None and _is_due(each, period.as_of)]
    seen = Seen.of(due, lines)
    found = [each for each in due if seen.knows(each)]
    read = [replace(read_trial(each, seen, _find_apart(each, marked), options), read_in=period.month) for each in found]
    pooled = [expect_again(trial, [*done, *read]) for trial in read]
    told = [_tell(each, is_lost=each in due) for each in left if each not in found]
    return tuple(sorted((*done, *pooled, *told, *untold), key=_newest_first))


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
    begun = [each for each in marked if each.mark.sent_on is not None and each.mark.sent_on <= as_of + _WEEK]
    going_on = [each for each in begun if each.mark.sent_on and last_day_of(each.mark.sent_on) > as_of + _WEEK]
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


def _still_holds(trial: Trial, said: Mapping[str, MarkedTrial]) -> bool:
    """Whether what was read out is of what was said last: somebody may have corrected whose list it was, or the day."""
    if trial.id not in said:
        return True
    mark = said[trial.id].mark
    return (mark.sent_on, mark.run) == (trial.sent_on, trial.run)


def _pool_anew(trial: Trial, done: Sequence[Trial]) -> Trial:
    """Tell anew what to expect of an action, of whose trials one was withdrawn: from those that were known by then."""
    return expect_again(trial, [other for other in done if (other.read_in or "") <= (trial.read_in or "")])


def _age(trial: Trial, as_of: date) -> Trial:
    """Give up a trial that was under way, of which nothing is known any more."""
    is_over = trial.state == "running" and trial.until is not None and trial.until <= as_of
    return replace(trial, state="gone") if is_over else trial


def _tell(each: MarkedTrial, *, is_lost: bool) -> Trial:
    """Tell of a trial that is not read out how far it has come."""
    if each.mark.sent_on is None:
        return replace(each.mark.trial, state="not_sent")
    state: Progress = "gone" if is_lost or each.arms is None else "running"
    return replace(each.mark.trial, state=state, sent_on=each.mark.sent_on, run=each.mark.run)


def _find_apart(each: MarkedTrial, marked: Sequence[MarkedTrial]) -> set[str]:
    """Find customers who were in another trial when this one was sent: the one's effect would be taken for the other's.

    Of two on one day the one that stands first has them.
    """
    apart: set[str] = set()
    for other in marked:
        if other is each or other.mark.sent_on is None or each.mark.sent_on is None:
            continue
        is_before = (other.mark.sent_on, marked.index(other)) < (each.mark.sent_on, marked.index(each))
        if is_before and last_day_of(other.mark.sent_on) >= each.mark.sent_on:
            apart |= _list_shared(each, other)
    return apart


def _list_shared(each: MarkedTrial, other: MarkedTrial) -> set[str]:
    """List the customers of a trial who are in another one too, whether or not the lists name them alike."""
    mine, theirs = list(each.arms or ()), set(other.arms or ())
    if each.ids == other.ids:
        return theirs & set(mine)
    if other.ids == "plain":
        return set(mine) & set(name_customers(map(unguard, theirs), "hashed"))
    hashed = name_customers(map(unguard, mine), "hashed")
    return {name for name, keyed in zip(mine, hashed, strict=True) if keyed in theirs}

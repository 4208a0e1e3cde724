"""What is said of testing: how many actions can be, how the first is, and what the nearest would take."""

from __future__ import annotations

from dataclasses import replace

from reportgen.model.actions import Task
from reportgen.model.trials import AudienceFile, TrialPlan
from reportgen.narrative.trials import write_trials
from tests.made import BRITISH, make_facts, make_proposed

TITLES = {(number, "write"): f"Write {number}" for number in (1, 2, 3)}
LARGE = TrialPlan(2, "write", "all", 2_000, 0, 400, 0.25, 0.075, 1_600, 400, 0.07, 1_800, "testable")
SMALL = TrialPlan(1, "write", "overdue", 90, 0, 100, 0.3, 0.09, 45, 45, 0.3, 860, "too_small")


def _say(*plans: TrialPlan, **changes) -> tuple[str, ...]:
    return write_trials(make_facts(trials=tuple(map(make_proposed, plans)), **changes), TITLES, BRITISH)


def test_how_the_first_that_can_be_tested_is() -> None:
    """What is to be done this month comes first among those with enough customers."""
    other = replace(LARGE, segment=3, hold=200, treat=1_800)
    said = _say(SMALL, LARGE, other, do_this_month=(Task(3, "write"),))
    assert said[0] == (
        "Of the 3 actions that write to customers, 2 have enough of them for a trial of 28 days to find, four times in five,"
        " that 30% more of them order than would unaided."
    )
    assert said[1].startswith("For “Write 3” among the ")
    assert said[1].endswith(
        "hold back 200 of 2,000 by lot: 25% of such customers ordered within 28 days unaided, and 32% of those written to"
        " would be told from that four times in five."
    )


def test_what_the_nearest_would_take() -> None:
    """Where none has enough, the one that comes nearest is told, with the months that it takes."""
    nearer = replace(SMALL, segment=2, customers=700, needed=1_500, detectable=0.1)
    said = _say(SMALL, nearer)
    assert said[0].startswith(
        "Of the 2 actions that write to customers, none has enough of them for a trial of 28 days"
    )
    assert "with 700 of the 1,500 that it takes: read the trials of 3 months together" in said[1]
    assert said[1].startswith("Nearest comes “Write 2” among the ")


def test_one_action_alone() -> None:
    """It is told whether it has customers enough."""
    assert _say(LARGE)[0].startswith("The customers whom the one action writes to are enough for a trial of 28 days")
    assert _say(SMALL)[0].startswith("The customers whom the one action writes to are too few for a trial of 28 days")


def test_nothing_known_is_nothing_said() -> None:
    """Neither without plans, nor where nothing is known of what such customers do, nor where nobody ever ordered."""
    unknown = replace(SMALL, base_rate=None, lift=None, detectable=None, needed=None, state="no_past")
    assert _say() == _say(unknown) == ()
    assert _say(replace(SMALL, base_rate=0.0, lift=0.0, detectable=None, needed=None)) == ()
    assert len(_say(replace(SMALL, needed=None, detectable=None))) == 1


def test_where_the_customers_are() -> None:
    """The folder is named where there are files; who is left out of all of them is counted once for all."""
    file = AudienceFile("audiences/a-write.csv", "00000001", 1, "write", 90, 45, 45)
    assert _say(SMALL, audiences=(file,))[-1] == (
        "Who they are, why each of them, and who is held back is in the report’s folder ‘audiences’, by action."
    )
    assert _say(replace(SMALL, in_trial=3), replace(LARGE, in_trial=4))[-1] == (
        "7 customers of these segments are in an earlier trial that is not over yet: no action writes to them."
    )
    assert "1 customer of these segments is in an earlier trial" in _say(replace(SMALL, in_trial=1))[-1]

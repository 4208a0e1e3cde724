"""Says what came of the advice of earlier reports: what was sent, what it showed, and what is still open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from reportgen.model.evidence import sum_up_gain
from reportgen.model.facts import Facts
from reportgen.model.trials import TRIAL_DAYS, Effect, ReadOut, Trial
from reportgen.months import add_months
from reportgen.narrative.sentences import say_count, say_list
from reportgen.text.formats import Formats

_MOST_TOLD = 4
"""Trials of the month that are told in sentences; the table has all."""
_STATES: Mapping[str, tuple[str, str]] = {
    "read": ("was sent and is read out", "were sent and are read out"),
    "running": ("was sent, and its days are not over", "were sent, and their days are not over"),
    "not_sent": ("was not sent", "were not sent"),
    "not_marked": ("is not marked as sent", "are not marked as sent"),
    "gone": (
        "cannot be read out: its list, or who is in it, is not found",
        "cannot be read out: their lists, or who is in them, are not found",
    ),
}
_VERDICTS: Mapping[str, str] = {
    "worked": "It worked",
    "harmed": "It seems to do harm",
    "no_effect_seen": "No effect is seen, which is not to say that there is none",
}
AGAINST = "Do not count on it: trials in this shop speak against it, as told under What advice earned."
_UNSURE = "It seems to have worked, as one in forty does by chance"
_MARKING = (
    "Whoever sends one says so with ‘reportgen actions mark’; the report of the month in which its days end then says"
    " what it brought."
)


def write_earned(facts: Facts, failing: Mapping[str, Trial], formats: Formats) -> tuple[str, ...]:
    """Write what came of the advice of earlier reports; empty where there is none.

    Parameters
    ----------
    facts : Facts
        With the trials that are followed.
    failing : mapping
        Plays that the trials speak against, with the trial that tells it.
    formats : Formats
        How numbers are written.
    """
    month = facts.period.month
    before = add_months(month, -1)
    now = (trial for trial in facts.followed if trial.read_in == month and trial.read_out is not None)
    read = sorted(now, key=_is_without_hold_out)
    told = [sentence for trial in read[:_MOST_TOLD] for sentence in _say_trial(trial, formats)]
    against = [_say_failing(trial, formats) for trial in failing.values()]
    return (
        *_say_states(facts.followed, before, formats),
        *told,
        *_say_running(facts.followed, formats),
        *against,
        *_say_total(facts.followed, formats),
    )


def _is_without_hold_out(trial: Trial) -> bool:
    return trial.read_out is not None and trial.read_out.verdict == "no_hold_out"


def _say_states(trials: Sequence[Trial], month: str, formats: Formats) -> Iterator[str]:
    """Say of a month's actions how many were sent, read out, or neither."""
    mine = [trial for trial in trials if trial.month == month]
    if not mine:
        return
    counts = {state: sum(trial.state == state for trial in mine) for state in _STATES}
    many = len(mine) > 1
    whose = f"{formats.month(month)}’s {say_count(len(mine), 'action', formats) if many else 'action'}"
    if counts["not_marked"] == len(mine):
        none = f"None of {whose} is" if many else f"{whose} is not"
        yield f"{none} marked as sent, so that nothing can be read out. {_MARKING}"
    elif max(counts.values()) == len(mine):
        yield f"{whose} {_STATES[mine[0].state][many]}."
    else:
        parts = [f"{formats.count(count)} {_STATES[state][count > 1]}" for state, count in counts.items() if count]
        yield f"Of {whose}, {say_list(parts)}.{f' {_MARKING}' if counts['not_marked'] else ''}"


def _say_trial(trial: Trial, formats: Formats) -> Iterator[str]:
    """Say what a trial showed: the verdict after the figures that it is made of."""
    out = trial.read_out
    if out is None:
        return
    if out.verdict == "no_hold_out":
        yield _say_without_hold_out(trial, out, formats)
        return
    treat, hold = out.treat, out.hold
    seen = (
        f"{_name(trial)}: of {formats.count(treat.customers)} written to {formats.count(treat.ordered)} ordered within"
        f" {TRIAL_DAYS} days, of {formats.count(hold.customers)} held back {formats.count(hold.ordered)}."
    )
    if out.verdict in ("not_comparable", "too_few"):
        yield f"{seen} {_say_not_comparable(out)}"
        return
    yield f"{seen} {_say_verdict(out, formats)}"
    if out.profit is not None and out.profit.high < 0:
        yield f"Writing cost more than it brought ({_say_money(out.profit, formats)} each): do nothing here."
    elif out.profit is not None and out.verdict in ("worked", "harmed"):
        more, interval = _say_gain(out.profit, formats), f"95% interval {_say_money(out.profit, formats)}"
        yield f"With goods and writing paid, each customer written to brought {more} than one held back ({interval})."


def _say_verdict(out: ReadOut, formats: Formats) -> str:
    """Say what a trial comes to: what to expect of the action, which chance has helped least, then what was seen."""
    share, expected = out.share, out.expected
    assert share is not None  # noqa: S101 - asked before
    assert expected is not None  # noqa: S101 - asked before
    figures = (
        f"done again, expect {_signed(expected.value, formats)} points (95% interval {_say_points(expected, formats)}"
        f"{_say_trials(out, formats)}); seen were {_signed(share.value, formats)} ({_say_points(share, formats)})"
    )
    verdict = _VERDICTS[out.verdict] if out.is_sure or out.verdict != "worked" else _UNSURE
    return f"{verdict}: {figures}."


def _say_trials(out: ReadOut, formats: Formats) -> str:
    return f", from {formats.count(out.trials)} trials of it" if out.trials > 1 else ""


def _say_not_comparable(out: ReadOut) -> str:
    """Say why nothing can be told."""
    if out.verdict == "too_few":
        return "Too few are left in one of its arms to compare them: nothing can be told from it."
    sizes, earlier = out.sizes_chance or 0.0, out.earlier_chance or 0.0
    why = "they are not of the sizes planned" if sizes <= earlier else "they had not spent alike before"
    return f"Its arms cannot be compared, for {why}: nothing can be told from it."


def _say_without_hold_out(trial: Trial, out: ReadOut, formats: Formats) -> str:
    base = trial.plan.base_rate
    treat = out.treat
    seen = (
        f"{_name(trial)}: of {formats.count(treat.customers)} written to {formats.count(treat.ordered)}"
        f" ({formats.share(treat.share)}) ordered within"
    )
    like = f", and {formats.share(base)} of such customers did so unaided in earlier months" if base is not None else ""
    return (
        f"{seen} {TRIAL_DAYS} days{like}. Nobody was held back to compare with, and no two months are alike: this is"
        " weak evidence, for or against."
    )


def _say_running(trials: Sequence[Trial], formats: Formats) -> Iterator[str]:
    """Say until when it is too early to read out what was sent."""
    running = [trial for trial in trials if trial.state == "running" and trial.until is not None]
    if running:
        until = max(trial.until for trial in running if trial.until is not None)
        one = len(running) == 1
        whose = _name(running[0]) if one else say_count(len(running), "action", formats)
        end = f"its days end on {formats.day(until)}" if one else f"the days of the last end on {formats.day(until)}"
        yield f"It is too early to tell of {whose}: {end}."


def _say_failing(trial: Trial, formats: Formats) -> str:
    """Say that nothing is to be done with a play that brings nothing."""
    out = trial.read_out
    assert out is not None  # noqa: S101 - it was read out
    assert out.expected is not None  # noqa: S101 - it fails by that
    if out.expected.high < 0:
        whose = f"in {formats.count(out.trials)} trials of it together fewer of those written to ordered"
        return f"“{trial.title}” is put last from now on: {whose} than of those held back."
    most = formats.points(max(out.expected.high, 0.0))
    return (
        f"“{trial.title}” is put last from now on: {formats.count(out.trials)} trials of it together leave room for"
        f" {most} points at most, less than half of what they were planned to find; doing nothing costs little here."
    )


def _say_total(trials: Sequence[Trial], formats: Formats) -> Iterator[str]:
    """Say what the advice of several months has come to."""
    months = sorted({trial.month for trial in trials})
    gain = sum_up_gain(trials)
    if len(months) < 2 or gain is None:
        return
    sent = [trial for trial in trials if trial.sent_on is not None]
    tested = [trial for trial in sent if sum_up_gain([trial]) is not None]
    what = ", goods and writing paid," if all(_has_profit(trial) for trial in tested) else " in sales"
    yield (
        f"Since {formats.month(months[0])}, {say_count(len(trials), 'action', formats)} with a list were advised,"
        f" {formats.count(len(sent))} of them sent and {formats.count(len(tested))} tested; the tests brought"
        f" {_say_gain(gain, formats)}{what} than writing to nobody would have (95% interval"
        f" {_say_money(gain, formats)})."
    )


def _has_profit(trial: Trial) -> bool:
    return trial.read_out is not None and trial.read_out.profit is not None


def _say_gain(gain: Effect, formats: Formats) -> str:
    return f"{formats.money(abs(gain.value))} {'more' if gain.value > 0 else 'less'}"


def _name(trial: Trial) -> str:
    return f"“{trial.title}”, {trial.segment}"


def _signed(value: float, formats: Formats) -> str:
    points = formats.points(value)
    return f"+{points}" if value > 0 and points != formats.points(0) else points


def _say_points(effect: Effect, formats: Formats) -> str:
    return f"{_signed(effect.low, formats)} to {_signed(effect.high, formats)}"


def _say_money(effect: Effect, formats: Formats) -> str:
    return f"{formats.money(effect.low)} to {formats.money(effect.high)}"

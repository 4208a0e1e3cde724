"""What the section on what advice earned shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reportgen.model.report import Report
from reportgen.model.trials import TRIAL_DAYS, Arm, Effect, ReadOut, Trial
from reportgen.render.views.parts import Medium
from reportgen.text.formats import Formats

_MOST: Mapping[Medium, int] = {"screen": 60, "print": 9}
_VERDICTS: Mapping[str, str] = {
    "worked": "worked",
    "harmed": "fewer ordered",
    "no_effect_seen": "no effect seen",
    "not_comparable": "arms not alike",
    "too_few": "too few left",
    "no_hold_out": "no hold-out",
}
_UNSURE = "seems to work"
_STATES: Mapping[str, str] = {
    "running": "too early",
    "not_sent": "not sent",
    "not_marked": "not marked",
    "gone": "not found",
}


@dataclass(frozen=True, slots=True)
class EffectShown:
    """An effect and its interval; both empty where it is not known."""

    value: str = ""
    interval: str = ""


@dataclass(frozen=True, slots=True)
class EarnedRow:
    """An action of an earlier report; figures are empty before it was read out, and where they cannot be known.

    Attributes
    ----------
    action, about : str
        What it was called; for which segment, in which month, sent when.
    treat, hold : str
        Who ordered of those written to, and of those held back.
    expected, seen : EffectShown
        In points of the share who order: what to expect of it once more, and what was seen.
    money : EffectShown
        Sales per customer, or what each brought where it is known what a sale leaves.
    result : str
        What it comes to.
    """

    action: str
    about: str
    treat: str
    hold: str
    expected: EffectShown
    seen: EffectShown
    money: EffectShown
    result: str


@dataclass(frozen=True, slots=True)
class EarnedView:
    """What came of the advice of earlier reports.

    Attributes
    ----------
    sentences : tuple of str
        What was sent, what it showed, what is open.
    rows : tuple of EarnedRow
        The newest first, as many as there is room for.
    more : str
        How many there is no room for; empty for none.
    is_profit : bool
        Whether the money is what is left of the sales.
    days : str
        Days of a trial.
    """

    sentences: tuple[str, ...]
    rows: tuple[EarnedRow, ...]
    more: str
    is_profit: bool
    days: str


def view_earned(report: Report, formats: Formats, medium: Medium) -> EarnedView:
    """Make the view of the section on what advice earned."""
    followed = report.followed
    more = len(followed) - _MOST[medium]
    outs = [trial.read_out for trial in followed if trial.read_out is not None]
    return EarnedView(
        sentences=report.words.earned,
        rows=tuple(_row(trial, formats) for trial in followed[: _MOST[medium]]),
        more=formats.count(more) if more > 0 else "",
        is_profit=any(out.profit is not None for out in outs),
        days=formats.count(TRIAL_DAYS),
    )


def _row(trial: Trial, formats: Formats) -> EarnedRow:
    out = trial.read_out
    sent = "" if trial.sent_on is None else f", sent {formats.day(trial.sent_on)}"
    money = None if out is None else out.profit or out.sales
    return EarnedRow(
        action=trial.title or trial.plan.play,
        about=f"{trial.segment}, {formats.month_short(trial.month)}{sent}",
        treat="" if out is None else _say_arm(out.treat, formats),
        hold="" if out is None else _say_arm(out.hold, formats),
        expected=_show(None if out is None else out.expected, formats),
        seen=_show(None if out is None else out.share, formats),
        money=EffectShown()
        if money is None
        else EffectShown(
            _signed(formats.money(money.value), money.value),
            f"{formats.money(money.low)} to {formats.money(money.high)}",
        ),
        result=_STATES[trial.state] if out is None else _say_verdict(out),
    )


def _say_verdict(out: ReadOut) -> str:
    return _UNSURE if out.verdict == "worked" and not out.is_sure else _VERDICTS[out.verdict]


def _say_arm(arm: Arm, formats: Formats) -> str:
    return f"{formats.share(arm.share)} of {formats.count(arm.customers)}" if arm.customers else ""


def _show(effect: Effect | None, formats: Formats) -> EffectShown:
    if effect is None:
        return EffectShown()
    interval = f"{formats.points(effect.low)} to {formats.points(effect.high)}"
    return EffectShown(_signed(formats.points(effect.value), effect.value), interval)


def _signed(text: str, value: float) -> str:
    return f"+{text}" if value > 0 else text

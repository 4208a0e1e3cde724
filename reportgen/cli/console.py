"""What a person sees while a run goes on and when it ends; silent where nobody looks."""

from __future__ import annotations

import shlex
import sys
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

from reportgen.model.artefacts import HTML
from reportgen.model.lines import DROP_REASONS
from reportgen.model.outcome import say_state
from reportgen.runs.listener import Listener
from reportgen.text.terminal import visible_line

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

    from reportgen.model.archive import Status
    from reportgen.model.mail import Delivery
    from reportgen.model.outcome import Outcome


_MOST_HELD = 10
"""Stores held as too small up to which each has a line of its own."""
_MAIL_STATUSES = ("sent", "would be sent", "nothing to send", "held", "not sent")
_STATUSES: tuple[Status, ...] = ("done", "unchanged", "held", "late", "failed")

STAGES = {
    "read": "reading order lines",
    "plan": "planning reports",
    "previous": "opening the previous report",
    "cleanse": "cleansing",
    "customers": "summing up customers",
    "history": "looking back at earlier months",
    "segments": "finding segments",
    "trust": "trying how far segments can be trusted",
    "describe": "describing segments",
    "change": "comparing with the previous report",
    "checks": "checking order lines",
    "products": "counting products and pairs",
    "words": "writing sentences",
    "records": "writing facts",
    "print": "printing",
    "charts": "drawing charts",
    "html": "filling the HTML",
    "pdf": "printing the PDF",
    "write": "saving",
}
"""What each stage is called on the terminal, in the order in which they come."""


class Progress(Listener):
    """Shows what a run is at and how much is left, on a terminal's stderr only; `NO_COLOR` is honoured.

    Parameters
    ----------
    quiet : bool
        Show nothing at all.
    """

    def __init__(self, *, quiet: bool) -> None:
        self._bar: Bar | None = None
        self._reports = self._ended = self._lines = self._read = 0
        self._at = 0
        self._doing = "starting"
        if not quiet and sys.stderr.isatty():
            self._bar = _make_bar()
            self._task = self._bar.add_task(self._doing, total=len(STAGES), left="")

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def announce(self, stage: str) -> None:
        """Say which stage begins."""
        if stage in STAGES:
            self._at = max(self._at, list(STAGES).index(stage))
        self._doing = STAGES.get(stage, stage)
        self._show()

    def expect(self, reports: int, lines: int) -> None:
        """Count what is to be made."""
        self._reports += reports
        self._lines += lines
        self._show()

    def tell(self, outcome: Outcome) -> None:
        """Count a report that has ended."""
        if outcome.status in ("done", "failed"):
            self._ended += 1
        self._at = 0
        self._read += outcome.counts.read if outcome.counts is not None else 0
        self._doing = visible_line(f"{outcome.store or outcome.report} {outcome.period} {outcome.status}")
        self._show()

    def _show(self) -> None:
        if self._bar is None:
            return
        done, total, left = self._at, len(STAGES), f"{self._lines:,} order lines" if self._lines else ""
        if self._reports > 1:
            done, total = self._ended, max(self._reports, self._ended)
            left = f"{done:,} of {total:,} reports, {self._read:,} of {self._lines:,} order lines"
        from rich.markup import escape  # noqa: PLC0415 - a store's name is no markup

        self._bar.update(self._task, description=escape(self._doing), completed=done, total=total, left=left)


def _make_bar() -> Bar:
    from rich.console import Console  # noqa: PLC0415 - only where somebody looks
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[left]}", style="progress.percentage"),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=Console(stderr=True), transient=True)


def summarise_all(outcomes: Sequence[Outcome]) -> str:
    """Write the end of a run: one report in full, several as a table of how each ended."""
    if len(outcomes) == 1:
        return summarise(outcomes[0])
    rows: dict[tuple[str, str], list[Outcome]] = {}
    for outcome in outcomes:
        name = "chain" if outcome.kind == "chain" else visible_line(outcome.store or "all")
        rows.setdefault((outcome.report, name), []).append(outcome)
    small = {key for key, ended in rows.items() if {outcome.status for outcome in ended} == {"held"}}
    folded = small if len(small) > _MOST_HELD else set()
    shown = {key: ended for key, ended in rows.items() if key not in folded}
    width = max((len(f"{report} {store}") for report, store in shown), default=0)
    lines = [f"{f'{report} {store}':<{width}}  {_ends(ended)}" for (report, store), ended in shown.items()]
    if folded:
        names = ", ".join(store for _, store in sorted(folded)[:3])
        reason = _reason(rows[min(folded)][-1])
        lines.append(f"{len(folded):,} stores held as too small, such as {names} ({reason})")
    counted = Counter(outcome.status for outcome in outcomes)
    total = ", ".join(f"{counted[status]} {status}" for status in _STATUSES if counted[status])
    lines += [
        visible_line(f"note: {note}") for note in dict.fromkeys(note for outcome in outcomes for note in outcome.notes)
    ]
    lines += _warnings_of_all(outcomes)
    return "\n".join([*lines, f"{len(outcomes) - counted['late']} reports: {total}"])


def _warnings_of_all(outcomes: Sequence[Outcome]) -> list[str]:
    """Tell the warnings of many reports: each code once, with the words of its newest month, and how many have it."""
    told: dict[str, list[tuple[Outcome, str]]] = {}
    for outcome in outcomes:
        for code, said in outcome.warnings:
            told.setdefault(code, []).append((outcome, said))
    lines = []
    for code, found in told.items():
        reports = len({(outcome.report, outcome.store, outcome.period) for outcome, _ in found})
        outcome, said = max(found, key=lambda pair: pair[0].period)
        whose = f"{outcome.store or outcome.report} {outcome.period}"
        of_all = f" and {reports - 1} more" if reports > 1 else ""
        lines.append(visible_line(f"warning ({code}), {whose}{of_all}: {said}"))
    return lines


def _ends(outcomes: Sequence[Outcome]) -> str:
    """Tell how the months of one store ended, with the newest reason for each end."""
    ends: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        ends.setdefault(outcome.status, []).append(outcome)
    parts = []
    for status, ended in ends.items():
        first, last = ended[0].period, ended[-1].period
        months = f" {first}..{last}" if first != last else f" {last}" if last else ""
        if status == "late":
            parts += [f"late {outcome.period}: {_reason(outcome)}" for outcome in ended]
        else:
            parts.append(f"{status}{months}{f': {_reason(ended[-1])}' if status in ('held', 'failed') else ''}")
    return "; ".join(parts)


def _reason(outcome: Outcome) -> str:
    reason = outcome.reason or "; ".join(
        f"expected {problem.expected}, got {problem.came}" for problem in outcome.problems
    )
    return visible_line(reason)


def summarise(outcome: Outcome) -> str:
    """Write how one report ended: its figures, the fates of the lines, the files with their sizes, the time."""
    figures, counts = outcome.figures, outcome.counts
    head = visible_line(f"{outcome.report}{f' {outcome.store}' if outcome.store else ''} {outcome.period}".strip())
    if outcome.status in ("failed", "held", "late"):
        return f"{head}: {outcome.status}{f': {visible_line(outcome.reason)}' if outcome.reason else ''}"
    assert figures is not None  # noqa: S101 - a report that was made has figures
    unchanged = "unchanged: " if outcome.status == "unchanged" else ""
    lines = [
        f"{head}: {unchanged}{_count(figures.customers, 'customer')} in {_count(figures.n_clusters, 'segment')},"
        f" {_count(figures.orders, 'order')}, {figures.total_sales:,} {figures.currency}",
    ]
    if counts is not None:
        later = outcome.later_lines
        lines.append(f"  {counts.read + later:>9,} lines in the source")
        if later:
            lines.append(f"  {later:>9,} not seen: ordered after the period")
        lines += [
            f"  {count:>9,} dropped: {DROP_REASONS[reason]}{_such_as(counts.examples.get(reason, ()))}"
            for reason, count in counts.dropped.items()
        ]
        lines.append(f"  {counts.kept:>9,} kept")
    lines += [visible_line(f"  note: {note}") for note in outcome.notes]
    lines += [visible_line(f"  warning ({code}): {said}") for code, said in outcome.warnings]
    if outcome.warnings:
        lines.append("  If a warning is in order as it is, list its code in 'accept' and it is not told again.")
    lines += [f"  {outcome.path}/{name}  {_size(size)}" for name, size in sorted(outcome.sizes.items())]
    if outcome.seconds:
        stages = ", ".join(f"{name} {seconds:.1f}" for name, seconds in outcome.seconds.items())
        lines.append(f"  {sum(outcome.seconds.values()):.1f} s ({stages})")
    return "\n".join(lines)


def summarise_mail(deliveries: Sequence[Delivery]) -> str:
    """Write how the mail went: a line for each report, and one for the readers who need a look."""
    lines = []
    for delivery in deliveries:
        lines.append(
            visible_line(f"mail {delivery.report} {delivery.whose} {delivery.period}: {_say_delivery(delivery)}")
        )
        lines += [visible_line(f"  {line}") for line in _say_readers(delivery)]
        if delivery.status == "held":
            there = "" if delivery.place == "output" else f" --output {shlex.quote(delivery.place)}"
            command = f"reportgen release {delivery.run} --config {shlex.quote(delivery.config)}{there}"
            lines.append(f"  look at {delivery.path}/{HTML}, then: {command}")
    reports = [delivery for delivery in deliveries if delivery.kind != "operators"]
    counted = Counter(delivery.status for delivery in reports)
    total = ", ".join(f"{counted[status]} {status}" for status in _MAIL_STATUSES if counted[status])
    return "\n".join([*lines, f"mail of {len(reports)} reports: {total}"] if len(reports) > 1 else lines)


def _say_delivery(delivery: Delivery) -> str:
    count = sum(result.state == "sent" for result in delivery.results)
    reasons = f": {'; '.join(delivery.reasons)}" if delivery.reasons else ""
    if delivery.status == "sent" or (delivery.status == "not sent" and count):
        of_all = f" of {len(delivery.results):,}" if delivery.status == "not sent" else ""
        return f"sent to {count:,}{of_all}{reasons}"
    return f"{delivery.status}{reasons}"


def _say_readers(delivery: Delivery) -> list[str]:
    """Tell of those who were not just sent to; those of whom the same is to be told together."""
    said: dict[str, list[str]] = {}
    for result in delivery.results:
        if result.state != "sent":
            said.setdefault(say_state(result.state, result.detail), []).append(result.address)
    return [f"{', '.join(addresses)}: {words}" for words, addresses in said.items()]


def _such_as(examples: Sequence[str]) -> str:
    return f", such as {'; '.join(repr(example) for example in examples)}" if examples else ""


def _size(size: int) -> str:
    return f"{size / 1_000_000:.2f} MB" if size >= 100_000 else f"{size / 1000:.1f} kB"


def _count(number: int, word: str) -> str:
    """Write how many of something there are."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"

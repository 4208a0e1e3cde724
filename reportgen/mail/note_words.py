"""Writes the note to the operators: how a run went as a whole, and what is to be typed about it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reportgen.archive.seals import canonical, digest
from reportgen.archive.storage import Storage
from reportgen.model.archive import NO_MONTH
from reportgen.model.artefacts import HTML
from reportgen.model.mail import Delivery
from reportgen.model.outcome import Outcome, say_state

_DONE = {"nothing to send": "sent", "already sent": "sent", "says the same": "sent"}
"""What is no news the next time, by how it is told."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run went as a whole.

    Attributes
    ----------
    deliveries : sequence of Delivery
        How the mail went.
    outcomes : sequence of Outcome
        How the reports ended that came with it; empty when only mail was sent.
    """

    deliveries: Sequence[Delivery]
    outcomes: Sequence[Outcome]

    def with_status(self, *statuses: str) -> list[Delivery]:
        """List the mail that ended so."""
        return [delivery for delivery in self.deliveries if delivery.status in statuses]

    @property
    def failed(self) -> list[Outcome]:
        """Reports that could not be made."""
        return [outcome for outcome in self.outcomes if outcome.status == "failed"]

    @property
    def late(self) -> list[Outcome]:
        """Months that should have a report by now and have none."""
        return [outcome for outcome in self.outcomes if outcome.status == "late"]

    @property
    def too_small(self) -> list[Outcome]:
        """Stores with too few customers for a report."""
        return [outcome for outcome in self.outcomes if outcome.status == "held"]

    @property
    def is_worth_a_note(self) -> bool:
        """Whether operators want to know: of every trouble, and of many reports however they went."""
        several = len(self.deliveries) + len(self.failed) > 1
        has_trouble = self.failed or self.late or self.with_status("held", "not sent")
        return bool(has_trouble or (several and self.with_status("sent")))

    @property
    def entry(self) -> str:
        """16 hex digits that are the same as long as nothing new has happened; a growing age of the data is not new."""
        what: list[Any] = [
            [
                delivery.report,
                delivery.store,
                delivery.period,
                delivery.run,
                _DONE.get(delivery.status, delivery.status),
                [[result.address, _DONE.get(result.state, result.state)] for result in delivery.results],
            ]
            for delivery in self.deliveries
        ]
        what += [
            [outcome.report, outcome.store, outcome.period, outcome.status] for outcome in (*self.failed, *self.late)
        ]
        return digest(canonical(what))[:16]

    @property
    def month(self) -> str:
        """The newest month that it is about."""
        months = {
            *(delivery.period for delivery in self.deliveries),
            *(outcome.period for outcome in self.outcomes),
        } - {""}
        return max(months, default=NO_MONTH)


def count_ends(ended: Ended) -> str:
    """Tell in short how many reports ended how."""
    numbers = {
        "sent": len(ended.with_status("sent")),
        "sent before": sum(bool(delivery.results) for delivery in ended.with_status("nothing to send")),
        "held": len(ended.with_status("held")),
        "not sent": len(ended.with_status("not sent")),
        "failed": len(ended.failed),
        "missing": len(ended.late),
        "too small": len(ended.too_small),
    }
    return ", ".join(f"{number:,} {word}" for word, number in numbers.items() if number)


def say_note(storage: Storage, ended: Ended) -> Iterator[str]:
    """Give the lines of the note.

    Parameters
    ----------
    storage : Storage
        The archive.
    ended : Ended
        What has happened.
    """
    yield f"Reports: {count_ends(ended)}."
    yield from _say_held(storage, ended)
    yield from _say_not_sent(storage, ended)
    for number, failure in enumerate(ended.failed):
        if number == 0:
            yield "\nFailed: no report was made."
        yield f"- {failure.store or failure.report} {failure.period}".rstrip()
        yield from (f"  {problem}" for problem in dict.fromkeys(failure.problems))
    for number, missed in enumerate(ended.late):
        if number == 0:
            yield "\nMissing: no report was made, and nothing was sent."
        yield f"- {missed.store or missed.report} {missed.period}: {missed.reason}"
    for number, delivery in enumerate(ended.with_status("sent")):
        if number == 0:
            yield "\nSent:"
        yield f"- {_name(delivery)}, to {sum(result.state == 'sent' for result in delivery.results):,}"
    if ended.too_small:
        names = sorted({outcome.store or outcome.report for outcome in ended.too_small})
        yield f"\nToo small for a report of their own: {', '.join(names)}."


def _say_held(storage: Storage, ended: Ended) -> Iterator[str]:
    for number, delivery in enumerate(ended.with_status("held")):
        if number == 0:
            yield "\nHeld: not sent to its readers until somebody has looked and released it."
        yield f"- {_name(delivery)}"
        yield from (f"  {reason}" for reason in delivery.reasons)
        yield f"  look:    {_anywhere(delivery.path)}/{HTML}"
        config, place = (shlex.quote(_anywhere(one)) for one in (delivery.config, storage.place))
        yield f"  release: reportgen release {delivery.run} --config {config} --output {place}"
        yield f"  mended:  reportgen run {config} --period {delivery.period} --send --output {place}"


def _say_not_sent(storage: Storage, ended: Ended) -> Iterator[str]:
    for number, delivery in enumerate(ended.with_status("not sent")):
        if number == 0:
            yield "\nNot sent, or not to all:"
        yield f"- {_name(delivery)}"
        yield from (f"  {reason}" for reason in delivery.reasons)
        yield from (
            f"  {result.address}: {say_state(result.state, result.detail)}"
            for result in delivery.results
            if result.state in _BAD
        )
        yield from _say_remedy(delivery, f"{delivery.run} --output {shlex.quote(_anywhere(storage.place))}")


_BAD = ("failed", "refused", "unknown", "elsewhere")


def _say_remedy(delivery: Delivery, there: str) -> Iterator[str]:
    """Say what to type for a report that was not sent to all."""
    if any(result.state == "unknown" for result in delivery.results):
        yield f"  it came: reportgen send {there} --arrived"
        yield f"  it did not: reportgen send {there} --resend"
    else:
        yield f"  again:   reportgen send {there}"


def _anywhere(place: str) -> str:
    """Return a place as it can be typed in any folder of the machine."""
    return place if "://" in place else str(Path(place).absolute())


def _name(delivery: Delivery) -> str:
    store = "all stores" if delivery.kind == "chain" else delivery.store or delivery.report
    return f"{store} {delivery.period}"

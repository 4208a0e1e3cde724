"""What hears how runs go on."""

from __future__ import annotations

from reportgen.model.outcome import Outcome


class Listener:
    """Hears how runs go on; this one does nothing about it."""

    def announce(self, stage: str) -> None:
        """Hear which stage begins in this process."""

    def expect(self, reports: int, lines: int) -> None:
        """Hear how many reports are to be made beside those that were told of before, and of how many order lines."""

    def tell(self, outcome: Outcome) -> None:
        """Hear how a run ended."""

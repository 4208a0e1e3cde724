"""What of the mail was asked for on the command line."""

from __future__ import annotations

from dataclasses import dataclass

from reportgen.config.addresses import MailAddress


@dataclass(frozen=True, slots=True)
class MailRequest:
    """What was asked for on the command line.

    Attributes
    ----------
    to : MailAddress or None
        Somebody who gets everything, instead of the readers: a test.
    only : tuple of str
        Of the readers only these addresses; empty for all.
    resend : bool
        Send again what may have been delivered; to those named with `only`, whatever became of it.
    arrived : bool
        Send nothing, but note that what may have been delivered has arrived.
    release : bool
        Send although it is held: a person has looked at it.
    dry_run : bool
        Do nothing, tell what would be done.
    """

    to: MailAddress | None = None
    only: tuple[str, ...] = ()
    resend: bool = False
    arrived: bool = False
    release: bool = False
    dry_run: bool = False

    @property
    def is_silent(self) -> bool:
        """Whether nothing is sent."""
        return self.dry_run or self.arrived

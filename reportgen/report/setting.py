"""What a report is made with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from reportgen.config.options import Options
from reportgen.model.actions import Play
from reportgen.text.formats import Formats


@dataclass(frozen=True, eq=False, slots=True)
class Setting:
    """What a report is made with: options, playbook, and the day to print on it."""

    options: Options
    plays: Sequence[Play]
    made_on: date

    @property
    def formats(self) -> Formats:
        """The ways to write a number."""
        return Formats(self.options.locale, self.options.currency)

    @property
    def own_names(self) -> dict[str, str]:
        """Names that the config wants, by kind of segment."""
        return {str(kind): name for kind, name in self.options.segments.names.items()}

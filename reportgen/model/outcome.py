"""How each run ended: the value that the console, the JSON and the exit code are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reportgen.errors import Problem
from reportgen.model.archive import Figures, Status
from reportgen.model.lines import LineCounts


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one run ended.

    Attributes
    ----------
    report, store, period : str
        Which; the period is empty when the months could not even be told.
    status : {'done', 'unchanged', 'held', 'late', 'failed'}
        `held`: too small to report; `unchanged`: the archive has it already; `late`: it should be there and is not.
    reason : str
        Of a hold, or why it is missed.
    problems : tuple of Problem
        Of a failure.
    exit_code : int
        That a failure has when nothing else was to be made.
    run, path : str
        The run's id, and where a person finds it.
    notes : tuple of str
        What of the source was read in another way than the rest.
    warnings : tuple of (str, str)
        What in its lines is doubtful: code and words.
    """

    report: str
    store: str | None
    period: str
    status: Status
    kind: str = "store"
    reason: str = ""
    problems: tuple[Problem, ...] = ()
    exit_code: int = 0
    run: str = ""
    path: str = ""
    figures: Figures | None = None
    counts: LineCounts | None = None
    later_lines: int = 0
    notes: tuple[str, ...] = ()
    warnings: tuple[tuple[str, str], ...] = ()
    sizes: Mapping[str, int] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)
    beside: Mapping[str, float] = field(default_factory=dict)


def say_state(state: str, detail: str = "") -> str:
    """Say what became of one recipient's mail, in words of the state and the server's own."""
    words = {
        "begun": "not sent yet",
        "unknown": "may have been delivered, so it is not sent again unless you say --resend",
        "failed": "not sent; the same command sends it when that is over",
        "refused": "refused by the mail server",
        "elsewhere": "not sent from here",
        "planned": "would be sent",
    }
    word = words.get(state, state)
    return f"{word} ({detail})" if detail else word

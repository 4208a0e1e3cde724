"""What can go wrong, one class for each exit code, and the one shape of message that a person reads."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from reportgen.text.terminal import visible, visible_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

EXIT_DONE = 0
EXIT_NOT_SENT = 4
EXIT_SOME_FAILED = 5
EXIT_NOT_AS_KEPT = 6
EXIT_LATE = 7


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake, told so that its reader can mend it.

    Attributes
    ----------
    place : str
        Where: a file, or ``file:line:column``.
    thing : str
        What it is about: an option, a heading, a file.
    expected, came : str
        What would have been right, and what was there instead.
    hint : str
        What to try; may be empty.
    excerpt : str
        The offending line with a caret below it; may be empty.
    """

    place: str
    thing: str
    expected: str
    came: str
    hint: str = ""
    excerpt: str = ""

    def __str__(self) -> str:
        hint = f". {self.hint}" if self.hint else ""
        line = f"{self.place}: {self.thing}: expected {self.expected}, got {self.came}{hint}"
        return f"{visible_line(line)}\n{visible(self.excerpt)}" if self.excerpt else visible_line(line)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ``Did you mean 'x'?`` for the nearest known word, or an empty string."""
    by_folded = {name.casefold(): name for name in known}
    near = get_close_matches(word.casefold(), by_folded, n=1, cutoff=0.6)
    return f"Did you mean '{by_folded[near[0]]}'?" if near else ""


class ReportgenError(Exception):
    """Base of every error that reportgen raises on purpose.

    Parameters
    ----------
    *problems : Problem
        One or more; a person sees each on a line of its own.
    """

    exit_code = 1

    def __init__(self, *problems: Problem) -> None:
        super().__init__(*problems)
        self.problems: Sequence[Problem] = problems

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class UnexpectedError(ReportgenError):
    """A fault of the program or the machine (exit code 1)."""

    exit_code = 1


class ConfigError(ReportgenError):
    """The config, the playbook, a template or the command line is at fault (exit code 2)."""

    exit_code = 2


class DataError(ReportgenError):
    """The order lines are missing, unreadable, or not what the config says (exit code 3)."""

    exit_code = 3


class ArchiveError(ReportgenError):
    """The archive is not as its manifests say (exit code 6)."""

    exit_code = EXIT_NOT_AS_KEPT


class Interrupted(ReportgenError):  # noqa: N818 - an interruption is no error of anybody's
    """The run was stopped from outside, by Ctrl-C or a signal (exit code 130)."""

    exit_code = 130


def unexpected(error: BaseException) -> UnexpectedError:
    """Turn what nobody foresaw into an error with a place and a hint."""
    if type(error).__name__ == "ProcessExpired":
        came = "a process that died, perhaps because memory ran out"
        hint = "Run again with --resume, and with fewer --jobs if it happens again."
        return UnexpectedError(Problem("reportgen", "run", "a process that lives to the end", came, hint))
    if isinstance(error, OSError) and error.errno is not None:
        place = str(error.filename or "this machine")[:300]
        came = error.strerror or str(error)
        hint = "See that there is space left, and that what is named may be read and written."
        return UnexpectedError(Problem(place, "run", "a machine that does what it is asked to", came, hint))
    came = f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
    hint = "This is a fault of reportgen: run again with REPORTGEN_DEBUG=1 and report what it prints."
    return UnexpectedError(Problem("reportgen", "run", "no fault", came, hint))

"""What all fuzzers share: how many examples, the command run in this process, and an own count of a text's lines."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings

from tests.called import call_command

EXAMPLES = int(os.environ.get("REPORTGEN_FUZZ") or 0)
"""Examples for each test; 0 for the few of the ordinary test run, which are the same each time."""
MAX_MEMORY_MB = 1_500
_FAULT = re.compile(r"fault of reportgen|Traceback \(most recent call last\)")


def fuzzing(few: int) -> settings:
    """Return the settings of one test: as many examples as the environment's `REPORTGEN_FUZZ` says, or a few."""
    return settings(
        max_examples=EXAMPLES or few,
        derandomize=not EXAMPLES,
        deadline=None,
        database=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.explicit, Phase.generate),  # what is drawn is small, and a run too slow to make it smaller
        report_multiple_bugs=False,
    )


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended."""

    code: int
    stdout: str
    stderr: str

    def check(self, *codes: int) -> None:
        """Fail unless it ended with one of the codes, said why where it did not succeed, and tells of no fault."""
        assert not _FAULT.search(self.stderr), self.stderr
        assert self.code in codes, f"{self.code}: {self.stderr}"
        assert self.code == 0 or (self.stderr + self.stdout).strip(), f"{self.code} without a word"


def run_command(*words: object) -> Ended:
    """Run a command in this process; whatever it raises but `SystemExit` fails the test."""
    done = call_command(*words)
    return Ended(done.returncode, done.stdout, done.stderr)


@contextmanager
def new_folder() -> Iterator[Path]:
    """Give an empty folder that is removed afterwards: fixtures would be shared by all examples of a test."""
    with tempfile.TemporaryDirectory(prefix="fuzz-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def split_lines(text: str) -> list[str]:
    """Split a text at LF, CR and LF, and CR alone, and at nothing that only looks like a line end."""
    lines = re.split("\r\n|\r|\n", text)
    return lines[:-1] if not lines[-1] else lines


@dataclass(frozen=True, slots=True)
class LineBounds:
    """How many records the lines below the heading line of a text can be.

    Attributes
    ----------
    least, most : int
        Equal where the text leaves no choice.
    """

    least: int
    most: int


def count_records(text: str, separator: str) -> LineBounds:
    """Count the records below the heading line, the first that is not blank.

    Without quotation marks each line is a record, well formed or not. With them a record may span lines. Where RFC 4180
    can be followed through the whole text, and joins no more lines that could stand alone than others, it is followed.
    Elsewhere a mark is stray, and the text may be read in several ways; then what `docs` promise must hold: lines are
    joined only where most of them are no records by themselves, so for each line that is none at most one that is can
    be lost, and each join loses fewer lines than it takes.
    """
    lines = split_lines(text)
    while lines and not lines[0].strip():
        lines.pop(0)
    columns = lines[0].count(separator) + 1 if lines else 0
    below = lines[1:]
    loose = sum(bool(line.strip()) for line in below)
    strict = sum(bool(line.strip(" \v\f\t" if separator != "\t" else " \v\f")) for line in below)
    if '"' not in "".join(below):
        return LineBounds(loose, strict)
    spans = _rfc_spans(below, separator)
    if spans is not None and all(_is_joined(span, separator, columns) for span in spans):
        return LineBounds(len([one for one in spans if "".join(one).strip()]), strict - loose + len(spans))
    odd = sum(line.count(separator) != columns - 1 for line in below)
    return LineBounds(max(0, loose - 2 * odd), strict)


def _is_joined(span: list[str], separator: str, columns: int) -> bool:
    alone = sum(line.count(separator) == columns - 1 for line in span)
    cells = "".join(re.sub('"[^"]*"', "", "\n".join(span))).count(separator) + 1
    return len(span) == 1 or (alone * 2 <= len(span) <= 500 and cells == columns)


def _rfc_spans(lines: list[str], separator: str) -> list[list[str]] | None:
    """Group the lines into records by RFC 4180; None where the text does not follow it."""
    border = re.escape(separator)
    cell = rf'(?:"(?:[^"]|"")*"|[^"{border}\n]*)'
    whole = re.compile(rf"{cell}(?:{border}{cell})*")
    spans: list[list[str]] = []
    span: list[str] = []
    for line in lines:
        if not span and not line.strip():
            continue
        span.append(line)
        if sum(one.count('"') for one in span) % 2 == 0:
            if not whole.fullmatch("\n".join(span)):
                return None
            spans.append(span)
            span = []
    return None if span else spans

"""What a person sees while a run goes on and when it ends; silent where nobody looks."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from reportgen.model.lines import DROP_REASONS
from reportgen.stages import say_nothing

if TYPE_CHECKING:
    from reportgen.pipeline import Run
    from reportgen.stages import Announce

STAGES = {
    "read": "reading order lines",
    "cleanse": "cleansing",
    "customers": "summing up customers",
    "segments": "finding segments",
    "products": "counting products and pairs",
    "words": "matching actions and writing",
    "charts": "drawing charts",
    "html": "filling the HTML",
    "pdf": "printing the PDF",
    "write": "saving",
}
"""What each stage is called on the terminal."""


@contextmanager
def show_progress(name: str, *, quiet: bool) -> Iterator[Announce]:
    """Show the stage a run is in, on a terminal's stderr only; `NO_COLOR` is honoured.

    Parameters
    ----------
    name : str
        The report's id, shown before the stage.
    quiet : bool
        Show nothing at all.
    """
    if quiet or not sys.stderr.isatty():
        yield say_nothing
        return
    from rich.console import Console  # noqa: PLC0415 - only where somebody looks

    console = Console(stderr=True)
    with console.status(f"{name}: starting") as status:
        yield lambda stage: status.update(f"{name}: {STAGES.get(stage, stage)}")


def summarise(run: Run) -> str:
    """Write the end of a run: the fates of the lines, the files with their sizes, the time by stage."""
    report, counts = run.report, run.report.lines
    lines = [
        f"{report.report.id} {report.period.month}: {report.customers:,} customers in {report.n_clusters} segments,"
        f" {report.orders:,} orders, {report.total_sales:,} {report.report.currency}",
        f"  {counts.read:>9,} lines read",
    ]
    lines += [
        f"  {count:>9,} dropped: {DROP_REASONS[reason]}{_such_as(counts.examples.get(reason, ()))}"
        for reason, count in counts.dropped.items()
    ]
    lines.append(f"  {counts.kept:>9,} kept")
    lines += [f"  {run.path / name}  {_size(size)}" for name, size in sorted(run.sizes.items())]
    stages = ", ".join(f"{name} {seconds:.1f}" for name, seconds in run.seconds.items())
    lines.append(f"  {sum(run.seconds.values()):.1f} s ({stages})")
    return "\n".join(lines)


def _such_as(examples: Sequence[str]) -> str:
    return f", such as {'; '.join(repr(example) for example in examples)}" if examples else ""


def _size(size: int) -> str:
    return f"{size / 1_000_000:.2f} MB" if size >= 100_000 else f"{size / 1000:.1f} kB"

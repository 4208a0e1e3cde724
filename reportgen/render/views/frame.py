"""What stands around the sections: the title, the contents, what the file says of itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reportgen.model.report import ChainReport, Report
from reportgen.render.views.parts import SegmentLabel, in_columns, label_of
from reportgen.text.formats import Formats

_INPUT_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the contents: where it leads, what it says, whether it is below the one before."""

    anchor: str
    title: str
    is_sub: bool = False


@dataclass(frozen=True, slots=True)
class FrameView:
    """What stands around the sections.

    Attributes
    ----------
    language : str
        Of the whole page.
    document_title, description : str
        What the file says of itself.
    generator : str
        The program and its version.
    made_at : str
        When it was made, in ISO form.
    title : str
        The report's.
    store : str
        Its store; empty for all lines of the source.
    month, as_of : str
        The time.
    input : str
        The beginning of the input's digest, at the foot of each page.
    contents : tuple of Entry
        All sections, with the segments below theirs.
    segments : tuple of SegmentLabel
        Those that a reader can highlight; empty where there is one alone.
    """

    language: str
    document_title: str
    description: str
    generator: str
    made_at: str
    title: str
    store: str
    month: str
    as_of: str
    input: str
    contents: tuple[Entry, ...]
    segments: tuple[SegmentLabel, ...]

    @property
    def tree(self) -> tuple[tuple[Entry, tuple[Entry, ...]], ...]:
        """The contents, each section with what is below it."""
        tree: list[tuple[Entry, tuple[Entry, ...]]] = []
        for entry in self.contents:
            if entry.is_sub:
                section, below = tree[-1]
                tree[-1] = (section, (*below, entry))
            else:
                tree.append((entry, ()))
        return tuple(tree)

    @property
    def columns(self) -> tuple[tuple[Entry, ...], ...]:
        """The sections behind the first one, in three columns: what paper has room for."""
        return in_columns([entry for entry in self.contents[1:] if not entry.is_sub], 3)


def view_frame(report: Report | ChainReport, sections: Sequence[tuple[str, str]], formats: Formats) -> FrameView:
    """Make the view of what stands around the sections.

    Parameters
    ----------
    report : Report or ChainReport
        What is printed.
    sections : sequence of (str, str)
        Key and title of each.
    formats : Formats
        How numbers are written.
    """
    month = formats.month(report.period.month)
    contents: list[Entry] = []
    for key, title in sections:
        contents.append(Entry(key, title))
        if key == "segments" and len(report.segments) > 1:
            titles = {segment.number: f"{segment.number}\u2002{segment.name}" for segment in report.segments}
            contents += [Entry(f"segment-{number}", title, is_sub=True) for number, title in titles.items()]
    return FrameView(
        language=report.words.language,
        document_title=f"{report.report.store or report.report.title}, {month}",
        description=" ".join(report.words.headline),
        generator=f"reportgen {report.method.versions['reportgen']}",
        made_at=f"{report.made_on.isoformat()}T00:00:00Z",
        title=report.report.title,
        store=report.report.store or "",
        month=month,
        as_of=formats.day(report.period.as_of),
        input=report.method.fingerprint[:_INPUT_DIGITS],
        contents=tuple(contents),
        segments=tuple(label_of(segment) for segment in report.segments) if len(report.segments) > 1 else (),
    )

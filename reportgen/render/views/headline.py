"""What the first section shows: the headline, the key figures, what to do."""

from __future__ import annotations

from dataclasses import dataclass

from reportgen.model.report import Report
from reportgen.model.words import Action, ChainWords, Words
from reportgen.render.views.parts import Medium, SegmentLabel, label_of
from reportgen.render.views.tiles import Tile, list_tiles
from reportgen.text.formats import Formats


@dataclass(frozen=True, slots=True)
class ToDo:
    """An action that comes first, with the segment that it is for."""

    segment: SegmentLabel
    action: Action


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the headline, and whether it survives other choices: firm, soft, or empty where it needs none."""

    text: str
    mark: str


@dataclass(frozen=True, slots=True)
class HeadlineView:
    """The first section.

    Attributes
    ----------
    lead : Sentence
        The first sentences: the month.
    sentences : tuple of Sentence
        The others.
    has_marks : bool
        Whether it was tried if sentences survive other choices.
    rung : str
        How customers could be divided; empty in facts of before version 9.
    brings : tuple of (str, str, str)
        A table of who brings the sales: of which share of them, how many customers, what they are of all; empty where
        there are segments to show.
    doubtful : str
        That something in the data is doubtful, and where it is told; empty where nothing is.
    tiles : tuple of Tile
        The key figures of the month.
    key : tuple of SegmentLabel
        The colours of the chart; empty without one.
    to_do : tuple of ToDo
        Up to three actions, the most important first.
    """

    lead: Sentence
    sentences: tuple[Sentence, ...]
    has_marks: bool
    rung: str
    brings: tuple[tuple[str, str, str], ...]
    doubtful: str
    tiles: tuple[Tile, ...]
    key: tuple[SegmentLabel, ...]
    to_do: tuple[ToDo, ...]


def view_headline(report: Report, formats: Formats, medium: Medium) -> HeadlineView:  # noqa: ARG001 - one for both
    """Make the view of the first section."""
    headline = list_sentences(report.words)
    return HeadlineView(
        lead=headline[0],
        sentences=headline[1:],
        has_marks=any(sentence.mark for sentence in headline),
        rung=report.words.ladder[0] if report.words.ladder else "",
        brings=_list_brings(report, formats),
        doubtful=say_doubtful(len(report.warnings or ())),
        tiles=list_tiles(report, formats),
        key=tuple(label_of(segment) for segment in report.segments) if len(report.segments) > 1 else (),
        to_do=list_to_do(report),
    )


def list_sentences(words: Words | ChainWords) -> tuple[Sentence, ...]:
    """List the sentences of a headline with their marks."""
    marks = words.headline_marks if isinstance(words, Words) else ()
    padded = (*marks, *[None] * len(words.headline))
    return tuple(Sentence(text, mark or "") for text, mark in zip(words.headline, padded, strict=False))


def _list_brings(report: Report, formats: Formats) -> tuple[tuple[str, str, str], ...]:
    if report.ladder is None or len(report.segments) > 1 or len(report.words.ladder) < 2:
        return ()
    return tuple(
        (formats.share(each.share_of_sales), formats.count(each.customers), formats.share(each.share_of_customers))
        for each in report.ladder.concentration
    )


def say_doubtful(warnings: int) -> str:
    """Say beside the figures that something in the data is doubtful; empty where nothing is."""
    if not warnings:
        return ""
    things = "One thing in the data is" if warnings == 1 else f"{warnings} things in the data are"
    return f"{things} doubtful and may change these figures: see “How this was made”."


def list_to_do(report: Report) -> tuple[ToDo, ...]:
    """List the actions that come first, each with its segment."""
    labels = {segment.number: label_of(segment) for segment in report.segments}
    return tuple(ToDo(labels[action.segment], action) for action in report.words.do_this_month)

"""Matches the playbook's plays to segments, and chooses those to do first."""

from __future__ import annotations

from collections.abc import Sequence

from reportgen.model.actions import Play, Task
from reportgen.model.facts import SegmentFacts, rank_by_opportunity

MAX_PLAYS = 3
"""Plays that a segment gets at most."""
MAX_TO_DO = 3
"""Plays that a report puts first."""


def match_plays(plays: Sequence[Play], kind: str, recency: str | None, shop: str) -> tuple[Play, ...]:
    """Pick the plays for a kind of segment, in the playbook's order; those for its recency come first.

    Parameters
    ----------
    plays : sequence of Play
        The playbook.
    kind : str
        The segment's kind, such as ``rare_big``.
    recency : {'recent', 'lapsed'} or None
        Its qualifier.
    shop : {'web', 'till', 'wholesale'}
        What kind of shop it is.
    """
    in_shop = [play for play in plays if not play.shops or shop in play.shops]
    fitting = [play for play in in_shop if kind in play.kinds and play.recency in (None, recency)]
    return tuple(sorted(fitting, key=lambda play: play.recency is None)[:MAX_PLAYS])


def choose_to_do(segments: Sequence[SegmentFacts]) -> tuple[Task, ...]:
    """Choose up to three plays: protect the best segment, then the largest opportunities, then what is left."""
    if len(segments) == 1:
        return tuple(Task(segments[0].number, play) for play in segments[0].plays[:MAX_TO_DO])
    order = dict.fromkeys(segment.number for segment in (segments[0], *rank_by_opportunity(segments), *segments))
    by_number = {segment.number: segment for segment in segments}
    return tuple(Task(number, play) for number in order for play in by_number[number].plays[:1])[:MAX_TO_DO]

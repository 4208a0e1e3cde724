"""Matches the playbook's plays to segments, and chooses those to do first."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from reportgen.model.actions import Play, Task
from reportgen.model.facts import SegmentFacts, rank_by_opportunity

MAX_PLAYS = 3
"""Plays that a segment gets at most."""
MAX_TO_DO = 3
"""Plays that a report puts first."""


def match_plays(
    plays: Sequence[Play], kind: str, recency: str | None, shop: str, failing: Collection[str] = ()
) -> tuple[Play, ...]:
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
    failing : collection of str
        Ids of plays that the shop's own trials speak against; they come last.
    """
    in_shop = [play for play in plays if not play.shops or shop in play.shops]
    fitting = [play for play in in_shop if kind in play.kinds and play.recency in (None, recency)]
    return tuple(sorted(fitting, key=lambda play: (play.id in failing, play.recency is None))[:MAX_PLAYS])


def choose_to_do(segments: Sequence[SegmentFacts], failing: Collection[str] = ()) -> tuple[Task, ...]:
    """Choose up to three plays: protect the best segment, then the largest opportunities, then what is left.

    Parameters
    ----------
    segments : sequence of SegmentFacts
        By number, with their plays.
    failing : collection of str
        Ids of plays that the shop's own trials speak against: for a segment with no other, nothing is to be done.
    """
    worth = {segment.number: [play for play in segment.plays if play not in failing] for segment in segments}
    if len(segments) == 1:
        return tuple(Task(segments[0].number, play) for play in worth[segments[0].number][:MAX_TO_DO])
    order = dict.fromkeys(segment.number for segment in (segments[0], *rank_by_opportunity(segments), *segments))
    return tuple(Task(number, play) for number in order for play in worth[number][:1])[:MAX_TO_DO]

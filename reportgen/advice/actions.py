"""Matches the playbook's plays to segments and fills their texts with the segment's numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reportgen.model.actions import Action, Play

MAX_ACTIONS = 3


def match_plays(plays: Sequence[Play], kind: str, recency: str | None) -> tuple[Play, ...]:
    """Pick the plays for a kind of segment, in the playbook's order; those for its recency come first.

    Parameters
    ----------
    plays : sequence of Play
        The playbook.
    kind : str
        The segment's kind, such as ``rare_big``.
    recency : {'recent', 'lapsed'} or None
        Its qualifier.
    """
    fitting = [play for play in plays if kind in play.kinds and play.recency in (None, recency)]
    return tuple(sorted(fitting, key=lambda play: play.recency is None)[:MAX_ACTIONS])


def write_actions(plays: Sequence[Play], segment: int, numbers: Mapping[str, str | None]) -> tuple[Action, ...]:
    """Fill the texts of plays with a segment's formatted numbers."""
    return tuple(
        Action(id=play.id, segment=segment, **{key: wording(numbers) for key, wording in play.texts.items()})
        for play in plays
    )

"""The texts of plays get every number that they may mention."""

from __future__ import annotations

from reportgen.model.actions import NUMBERS
from reportgen.narrative.playbook import playbook_numbers
from reportgen.resources import shipped_folder
from tests.made import BRITISH, EVERYONE, make_segment


def test_each_number_that_a_playbook_may_mention_is_written() -> None:
    """The numbers of a segment are those that playbooks are checked against."""
    assert tuple(playbook_numbers(make_segment(), EVERYONE, BRITISH)) == NUMBERS


def test_the_shipped_playbook_lists_them() -> None:
    """Who edits the playbook finds each number in its head."""
    head, _, _ = (shipped_folder("configs") / "playbook.yaml").read_text(encoding="utf-8").partition("plays:\n")
    assert set(NUMBERS) <= set(head.split())

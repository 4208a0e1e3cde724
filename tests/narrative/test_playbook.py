"""The texts of plays get every number that they may mention."""

from __future__ import annotations

import pytest

from reportgen.config.playbook import load_playbook
from reportgen.model.actions import NUMBERS
from reportgen.narrative.playbook import fill_play, playbook_numbers
from reportgen.resources import shipped_folder
from tests.made import BRITISH, EVERYONE, make_segment


def test_each_number_that_a_playbook_may_mention_is_written() -> None:
    """The numbers of a segment are those that playbooks are checked against."""
    assert tuple(playbook_numbers(make_segment(), EVERYONE, BRITISH)) == NUMBERS


def test_the_shipped_playbook_lists_them() -> None:
    """Who edits the playbook finds each number in its head."""
    head, _, _ = (shipped_folder("configs") / "playbook.yaml").read_text(encoding="utf-8").partition("plays:\n")
    assert set(NUMBERS) <= set(head.split())


@pytest.mark.parametrize(
    ("not_new", "begins"),
    [
        ("0", "All of them first ordered in these weeks: give them time before you remind them;"),
        ("12", "Remind the 12 of them whose first order is not of these weeks by e-mail;"),
        (None, "Remind the 40 of them"),
    ],
)
def test_nobody_is_not_reminded(not_new: str | None, begins: str) -> None:
    """Where all customers of a segment are new the play says to wait, and speaks of no 0 to be reminded."""
    plays = {play.id: play for play in load_playbook(shipped_folder("configs") / "playbook.yaml")}
    numbers = dict.fromkeys(NUMBERS, "7") | {"customers": "40", "not_new_customers": not_new}
    assert fill_play(plays["back-within-30-days"], 1, numbers).what.startswith(begins)

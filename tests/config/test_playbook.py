"""The playbook: the shipped one serves every segment, and a mistake in one is told like a mistake in the config."""

from __future__ import annotations

from pathlib import Path

import pytest

from reportgen.advice.actions import MAX_ACTIONS, match_plays, write_actions
from reportgen.config.playbook import load_playbook
from reportgen.errors import ConfigError
from reportgen.model.actions import NUMBERS
from reportgen.model.segments import KINDS, RECENCY
from tests.conftest import ROOT

SHIPPED = ROOT / "configs" / "playbook.yaml"
PLAY = """\
plays:
  - id: one
    for: [rare_big]
    title: Title
    what: WHAT
    channel: E-mail
    offer: None
    measure: Orders
    avoid: Calls
"""


@pytest.mark.parametrize("recency", [None, *RECENCY])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_segment_has_plays(kind: str, recency: str | None) -> None:
    """The shipped playbook has a play for every kind that naming can produce, and its texts can be filled."""
    plays = match_plays(load_playbook(SHIPPED), kind, recency)
    assert 1 <= len(plays) <= MAX_ACTIONS
    for numbers in (dict.fromkeys(NUMBERS, "12"), dict.fromkeys(NUMBERS)):
        for action in write_actions(plays, 1, numbers):
            assert all((action.title, action.what, action.channel, action.offer, action.measure, action.avoid))
            assert "{{" not in action.what


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("frequent_big", ["Other items you might like", "Keep them"]),
        ("rare_big", ["E-mail", "SMS or push", "within 30 days", "coupon", "checkout"]),
        ("frequent_small", ["cart", "Pop-up", "better version"]),
        ("rare_small", ["Automated", "spend nothing more"]),
    ],
)
def test_the_shipped_playbook_holds_the_tutorial_s_advice(kind: str, words: list[str]) -> None:
    """What the tutorial recommends for each of its groups stands in the plays of that kind."""
    actions = write_actions(match_plays(load_playbook(SHIPPED), kind, None), 1, dict.fromkeys(NUMBERS, "12"))
    text = " ".join(" ".join((one.title, one.what, one.channel, one.offer)) for one in actions)
    for word in words:
        assert word in text


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("WHAT", "'{{ custmers }} of them'"), "Did you mean 'customers'?"),
        (("WHAT", "'{{ customers '"), "a text that can be filled in"),
        (("WHAT", "\"{{ ''.__class__.__mro__ }}\""), "unsafe"),
        (("WHAT", "'{{ customers | shout }}'"), "No filter named 'shout'"),
        (("rare_big", "rare_huge"), "Did you mean 'rare_big'?"),
        (("channel", "chanel"), "Did you mean 'channel'?"),
        (("id: one", "id: One!"), "plays.0.id"),
        (("title: Title", "title: ''"), "expected a text"),
    ],
)
def test_a_mistake_in_a_playbook_has_its_place(tmp_path: Path, change: tuple[str, str], expected: str) -> None:
    """Unknown numbers, kinds and keys, broken and unsafe templates are told with file and line."""
    path = tmp_path / "playbook.yaml"
    path.write_text(PLAY.replace(*change), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_playbook(path)
    assert expected in str(caught.value)
    assert str(caught.value).startswith(f"{path}:")


def test_two_plays_may_not_share_an_id(tmp_path: Path) -> None:
    """The second play of one id is told."""
    path = tmp_path / "playbook.yaml"
    path.write_text(PLAY + PLAY.removeprefix("plays:\n"), encoding="utf-8")
    with pytest.raises(ConfigError, match="an id of its own"):
        load_playbook(path)

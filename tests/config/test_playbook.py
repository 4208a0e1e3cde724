"""The playbook: the shipped one serves every segment, and a mistake in one is told like a mistake in the config."""

from __future__ import annotations

from pathlib import Path

import pytest

from reportgen.advice.actions import MAX_PLAYS, match_plays
from reportgen.config.playbook import load_playbook
from reportgen.errors import ConfigError
from reportgen.model.actions import NUMBERS
from reportgen.model.segments import KINDS, RECENCY
from reportgen.narrative.playbook import fill_play
from tests.conftest import ROOT, Command

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
    plays = match_plays(load_playbook(SHIPPED), kind, recency, "web")
    assert 1 <= len(plays) <= MAX_PLAYS
    for numbers in (dict.fromkeys(NUMBERS, "12"), dict.fromkeys(NUMBERS)):
        for action in (fill_play(play, 1, numbers) for play in plays):
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
    actions = [
        fill_play(one, 1, dict.fromkeys(NUMBERS, "12"))
        for one in match_plays(load_playbook(SHIPPED), kind, None, "web")
    ]
    text = " ".join(" ".join((one.title, one.what, one.channel, one.offer)) for one in actions)
    for word in words:
        assert word in text


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("WHAT", "'{{ custmers }} of them'"), "Did you mean 'customers'?"),
        (("WHAT", "'{{ customers '"), "a text that can be filled in"),
        (("WHAT", "\"{{ ''.__class__.__mro__ }}\""), "got an attribute. It may hold numbers by name"),
        (("WHAT", "'{{ customers | shout }}'"), "got the filter 'shout'"),
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


def problems_of(folder: Path, text: str) -> list[str]:
    """Return the first line of each problem that a playbook has, without the file's name."""
    path = folder / "playbook.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_playbook(path)
    return [str(problem).splitlines()[0].removeprefix(f"{path}:") for problem in caught.value.problems]


def test_all_mistakes_of_a_playbook_are_told_at_once(tmp_path: Path) -> None:
    """Wrong keys and kinds do not hide wrong texts and ids, and all are told in the order of the file."""
    second = PLAY.removeprefix("plays:\n").replace("rare_big", "rare_huge").replace("offer: None", "offer: '{{ nme }}'")
    told = problems_of(tmp_path, PLAY.replace("WHAT", "'{% if %}'").replace("avoid", "avoids") + second)
    assert [line.split(": expected")[0] for line in told] == [
        "2:5: plays.0.avoid",
        "5:11: plays.0.what",
        "9:5: plays.0.avoids",
        "10:9: plays.1.id",
        "11:11: plays.1.for.0",
        "15:12: plays.1.offer",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__ }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ ''['__class__'] }}",
        "{{ ''|attr('__class__') }}",
        "{{ name.__init__.__globals__ }}",
        "{{ '{0.__class__}'.format(name) }}",
        "{{ lipsum.__globals__ }}",
        "{{ self.__init__ }}",
        "{{ [].append.__self__ }}",
        "{% include '/etc/passwd' %}",
        "{% import 'os' as os %}",
        "{{ 9**9**9**9 }}",
        "{{ 'x' * 99**9 }}",
        "{{ '%999999999d' % 1 }}",
        "{{ lipsum(999) }}",
        "{{ range(999)|list }}",
        "{% for n in range(999) %}x{% endfor %}",
        "{{ cycler }}",
        "{{ 1 / 0 }}",
        "{{ customers + 1 }}",
        "{% raise %}",
        "{{ name | unknown }}",
        "{{ name | center(999999999) }}",
        "{{ '%0999999999d' | format(1) }}",
        "{% for a in name %}{% for b in name %}{% for c in name %}x{% endfor %}{% endfor %}{% endfor %}",
        "{% set x = name %}{{ x }}",
        "{% macro x() %}{% endmacro %}",
        "{{ name[0] }}",
        "{{ name ~ name }}",
        "{% if name is sameas(name) %}{% endif %}",
    ],
)
def test_a_text_cannot_get_out_of_its_box(tmp_path: Path, text: str) -> None:
    """What reaches for Python, for files or for all of the memory is one mistake at the text's place."""
    (told,) = problems_of(tmp_path, PLAY.replace("WHAT", f'"{text}"'))
    assert told.startswith("5:11: plays.0.what: expected a ")


def test_conditions_and_plain_filters_may_be_used(tmp_path: Path) -> None:
    """What a text is for stays allowed: numbers, conditions on them, capitals."""
    text = "{% if best_seller is not none and not (customers == 'x' or name) %}{{ name | upper }}{% else %}-{% endif %}"
    path = tmp_path / "playbook.yaml"
    path.write_text(PLAY.replace("WHAT", f'"{text}"'), encoding="utf-8")
    (play,) = load_playbook(path)
    assert play.texts["what"]({"best_seller": "Tea", "customers": "5", "name": "a"}) == "-"


def test_an_unsafe_playbook_stops_the_command(tmp_path: Path, call: Command) -> None:
    """The command ends with exit code 2 and names the playbook's line."""
    (tmp_path / "mine.yaml").write_text(PLAY.replace("WHAT", "\"{{ ''.__class__.__mro__ }}\""), encoding="utf-8")
    (tmp_path / "shop.yaml").write_text("playbook: mine.yaml\n", encoding="utf-8")
    done = call("validate", tmp_path / "shop.yaml")
    assert done.returncode == 2
    assert done.stderr.startswith(f"{tmp_path / 'mine.yaml'}:5:11: plays.0.what: expected a text that can be filled in")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("title:", "titel:"), "4:5: plays.0.titel: expected a known option, got 'titel'. Did you mean 'title'?"),
        (("    for:", "    kinds:"), "3:5: plays.0.kinds: expected a known option, got 'kinds'. Known here: audience,"),
        (("[rare_big]", "rare_big"), "3:10: plays.0.for: expected a list, got 'rare_big'"),
        (("[rare_big]", "[]"), "3:10: plays.0.for: expected at least 1 of them, got a list"),
        (("id: one", "id: One!"), "2:9: plays.0.id: expected a text of the form ^[a-z0-9]+(-[a-z0-9]+)*$, got 'One!'"),
        (
            ("id: one", "id: one\n    shop: [market]"),
            "3:12: plays.0.shop.0: expected one of 'web', 'till' or 'wholesale'",
        ),
        (("id: one", "id: one\n    recency: old"), "3:14: plays.0.recency: expected one of 'recent' or 'lapsed'"),
        (
            ("id: one", "id: one\n    audience: everybody"),
            "3:15: plays.0.audience: expected one of 'all', 'not_new', 'overdue' or 'one_order'",
        ),
        (("WHAT", "x" * 2001), "5:11: plays.0.what: expected a text of at most 2000 characters, got 'xxx"),
        (("channel: E-mail", "channel: 5"), "6:14: plays.0.channel: expected text, got '5'. Put it in quotes."),
        (("avoid: Calls", "avoid: Calls\n    avoid: Mail"), "10:5: plays.avoid: expected each key once, got it again"),
    ],
)
def test_each_mistake_is_told_in_the_house_s_words(tmp_path: Path, change: tuple[str, str], told: str) -> None:
    """Keys, kinds, ids and lengths are explained like options of a config."""
    assert any(line.startswith(told) for line in problems_of(tmp_path, PLAY.replace(*change)))


@pytest.mark.parametrize("text", ["", "plays: []\n", "plays:\n", "- one\n", "play: []\n"])
def test_a_playbook_without_plays_is_refused(tmp_path: Path, text: str) -> None:
    """A playbook has at least one play."""
    assert problems_of(tmp_path, text)


def test_a_missing_playbook_is_told_with_its_neighbour(tmp_path: Path) -> None:
    """A playbook that is not there is told by name, with one that is nearly called so."""
    (tmp_path / "mine.yaml").write_text(PLAY, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"mnie\.yaml.* no such file\. Did you mean 'mine\.yaml'\?"):
        load_playbook(tmp_path / "mnie.yaml")


NUMBERS_OF_A_SEGMENT = {name: f"<{name}>" for name in NUMBERS}
WITHOUT_PRODUCTS = dict.fromkeys(("best_seller", "pair_first", "pair_second", "pair_orders", "pair_audience"))


@pytest.mark.parametrize("numbers", [NUMBERS_OF_A_SEGMENT, NUMBERS_OF_A_SEGMENT | WITHOUT_PRODUCTS])
def test_every_shipped_text_reads_as_text(numbers: dict[str, str | None]) -> None:
    """With and without products, each text is whole: no gap, no leftover sign, no Python word, a full stop in place."""
    for play in load_playbook(SHIPPED):
        for key, wording in play.texts.items():
            text = wording(numbers)
            assert text == " ".join(text.split()), (play.id, key)
            assert not any(sign in text for sign in ("{", "}", " None", "%", " ,", " .", "..", "()")), (play.id, key)
            assert text[0].isupper(), (play.id, key)
            if key in ("what", "avoid"):
                assert text.endswith("."), (play.id, key)


def test_the_shipped_playbook_says_what_not_to_do_with_small_buyers() -> None:
    """For the least valuable group the advice is cheap and automatic, and names what to leave."""
    plays = match_plays(load_playbook(SHIPPED), "rare_small", None, "web")
    avoided = " ".join(play.texts["avoid"](NUMBERS_OF_A_SEGMENT) for play in plays)
    assert "No calls" in avoided
    assert all("Automated" in play.texts["channel"](NUMBERS_OF_A_SEGMENT) for play in plays)


def test_pairs_are_offered_to_small_baskets_only_when_there_are_any() -> None:
    """The cart offer names the pair when one was found, and speaks of order values when none was."""
    (play,) = (play for play in load_playbook(SHIPPED) if play.id == "bigger-baskets-at-the-cart")
    assert "offer <pair_second>" in play.texts["what"](NUMBERS_OF_A_SEGMENT)
    without = play.texts["what"](NUMBERS_OF_A_SEGMENT | WITHOUT_PRODUCTS)
    assert "<mean_avg_order_value>" in without
    assert "pair" not in without

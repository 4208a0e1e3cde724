"""Names and colours follow segments; new ones get what nobody has."""

from __future__ import annotations

import pytest

from reportgen.model.identity import KnownAs, KnownSegment, SegmentName
from reportgen.segments.identity import identify_segments

BIG = SegmentName("frequent_big", None, "Frequent buyers, big baskets")
SMALL = SegmentName("rare_small", None, "Rare buyers, small baskets")


def known(colour: int, name: SegmentName, since: str = "2025-01") -> KnownSegment:
    """Make what an earlier report knows of a segment of ten customers."""
    return KnownSegment(KnownAs.give(name, colour, since), 10, 100, 0.5)


KNOWN = (known(3, BIG), known(1, SMALL, "2025-02"))


def test_a_first_report_counts_colours() -> None:
    """Without an earlier report a segment's colour is its number, and its name what its customers suggest."""
    found = identify_segments({1: BIG, 2: SMALL}, {}, (), {}, "2025-03")
    assert [(one.colour, one.name, one.identity.since) for one in found.values()] == [
        (1, BIG.name, "2025-03"),
        (2, SMALL.name, "2025-03"),
    ]


def test_counterparts_keep_name_colour_and_month() -> None:
    """Whatever this month's figures suggest, a segment that goes on keeps what it is known by."""
    found = identify_segments({1: SMALL, 2: BIG}, {1: 0, 2: 1}, KNOWN, {}, "2025-03")
    assert [(one.segment_name, one.colour, one.identity.since) for one in found.values()] == [
        (BIG, 3, "2025-01"),
        (SMALL, 1, "2025-02"),
    ]


def test_a_new_segment_takes_nothing_from_others() -> None:
    """A new segment has neither the name of one that goes on or is gone, nor a colour that any had."""
    found = identify_segments({1: BIG, 2: BIG, 3: SMALL}, {1: 0}, KNOWN, {}, "2025-03")
    assert found[2].name == f"{BIG.name} (2)"
    assert found[3].name == f"{SMALL.name} (2)"
    assert (found[2].colour, found[3].colour) == (2, 4)
    assert found[2].identity.since == "2025-03"


@pytest.mark.parametrize(
    ("own", "expected"), [({}, BIG.name), ({"frequent_big": "Regulars"}, "Regulars"), ({"rare_big": "x"}, BIG.name)]
)
def test_a_name_of_the_config_s_takes_over(own: dict[str, str], expected: str) -> None:
    """A name that the config now wants for the kind replaces the one that was kept."""
    assert identify_segments({1: SMALL}, {1: 0}, KNOWN, own, "2025-03")[1].name == expected


def test_a_shorter_name_of_the_config_s_takes_over_too() -> None:
    """A new own name that begins as the old one did is another name; a number behind it is not."""
    for kept, expected in (("VIPs gold", "VIPs"), ("VIPs (2)", "VIPs (2)")):
        own = known(1, SegmentName("frequent_big", None, kept, is_own=True))
        found = identify_segments({1: SMALL}, {1: 0}, (own,), {"frequent_big": "VIPs"}, "2025-03")
        assert found[1].name == expected


def test_a_name_that_the_config_no_longer_wants_goes() -> None:
    """When an own name is taken out of the config, the segment is named as its customers suggest."""
    own = known(1, SegmentName("frequent_big", None, "Regulars", is_own=True))
    assert identify_segments({1: SMALL, 2: BIG}, {1: 0}, (own,), {}, "2025-03")[1].segment_name == SMALL


def test_one_own_name_for_two_kinds_is_numbered() -> None:
    """Where the config calls two kinds the same, the second gets a number, and both count as the config's names."""
    own = {"frequent_big": "VIPs", "rare_small": "VIPs"}
    found = identify_segments({1: BIG, 2: SMALL}, {1: 0, 2: 1}, KNOWN, own, "2025-03")
    assert [(one.name, one.identity.is_own) for one in found.values()] == [("VIPs", True), ("VIPs (2)", True)]


def test_two_new_segments_share_no_name() -> None:
    """Two new segments of one kind get one number each behind the name of the one that goes on."""
    found = identify_segments({1: BIG, 2: BIG, 3: BIG}, {1: 0}, KNOWN, {}, "2025-03")
    assert [one.name for one in found.values()] == [BIG.name, f"{BIG.name} (2)", f"{BIG.name} (3)"]


def test_nothing_in_common_counts_colours_anew() -> None:
    """Where no segment goes on, colours are the numbers again, whatever the earlier ones had."""
    found = identify_segments({1: BIG, 2: SMALL}, {}, KNOWN, {}, "2025-03")
    assert [one.colour for one in found.values()] == [1, 2]


def test_the_first_colour_is_free_too() -> None:
    """Colour 1 goes to a new segment where none has it or had it."""
    earlier = (known(2, BIG),)
    assert identify_segments({1: BIG, 2: SMALL}, {1: 0}, earlier, {}, "2025-03")[2].colour == 1


@pytest.mark.parametrize("missing", [1, 4, 10])
@pytest.mark.parametrize("was_used", [False, True])
def test_the_last_free_colour_is_taken(missing: int, was_used: bool) -> None:
    """Of ten colours with nine in use the tenth is taken, even where a segment that is gone had it."""
    colours = [colour for colour in range(1, 11) if colour != missing]
    earlier = tuple(known(n, BIG) for n in (*colours, *[missing] * was_used))
    fresh = dict.fromkeys(range(1, 11), SMALL)
    found = identify_segments(fresh, {n + 1: n for n in range(9)}, earlier, {}, "2025-03")
    assert found[10].colour == missing

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
    found = identify_segments({1: BIG, 2: SMALL}, {}, (), "2025-03")
    assert [(one.colour, one.name, one.identity.since) for one in found.values()] == [
        (1, BIG.name, "2025-03"),
        (2, SMALL.name, "2025-03"),
    ]


def test_counterparts_keep_colour_and_month() -> None:
    """Colour and month follow the customers, the name what they are now; one that was another is told."""
    found = identify_segments({1: SMALL, 2: SMALL}, {1: 0, 2: 1}, KNOWN, "2025-03")
    assert [(one.segment_name, one.colour, one.identity.since, one.formerly) for one in found.values()] == [
        (SMALL, 3, "2025-01", BIG.name),
        (SMALL, 1, "2025-02", None),
    ]


def test_a_new_segment_takes_no_colour_from_others() -> None:
    """A new segment has no colour that any had, and was called nothing before."""
    found = identify_segments({1: BIG, 2: BIG, 3: SMALL}, {1: 0}, KNOWN, "2025-03")
    assert (found[2].colour, found[3].colour) == (2, 4)
    assert (found[2].identity.since, found[2].formerly) == ("2025-03", None)


def test_nothing_in_common_counts_colours_anew() -> None:
    """Where no segment goes on, colours are the numbers again, whatever the earlier ones had."""
    found = identify_segments({1: BIG, 2: SMALL}, {}, KNOWN, "2025-03")
    assert [one.colour for one in found.values()] == [1, 2]


def test_the_first_colour_is_free_too() -> None:
    """Colour 1 goes to a new segment where none has it or had it."""
    earlier = (known(2, BIG),)
    assert identify_segments({1: BIG, 2: SMALL}, {1: 0}, earlier, "2025-03")[2].colour == 1


@pytest.mark.parametrize("missing", [1, 4, 10])
@pytest.mark.parametrize("was_used", [False, True])
def test_the_last_free_colour_is_taken(missing: int, was_used: bool) -> None:
    """Of ten colours with nine in use the tenth is taken, even where a segment that is gone had it."""
    colours = [colour for colour in range(1, 11) if colour != missing]
    earlier = tuple(known(n, BIG) for n in (*colours, *[missing] * was_used))
    fresh = dict.fromkeys(range(1, 11), SMALL)
    found = identify_segments(fresh, {n + 1: n for n in range(9)}, earlier, "2025-03")
    assert found[10].colour == missing

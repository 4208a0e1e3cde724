"""Labels are cut where they have no room, and nowhere else."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.charts.labels import shorten, spread


@pytest.mark.parametrize(
    ("label", "shown"),
    [
        ("Cup", "Cup"),
        ("", ""),
        ("abcdefghij", "abcdefghij"),  # 62
        ("abcdefghijk", "abcdefghi…"),
        ("ABCDEFGH", "ABCDEF…"),  # 65.6
        ("日本語日本語", "日本語日…"),  # 72
        ("abcdefgh ijkl", "abcdefgh…"),
    ],
)
def test_cut_by_hand(label: str, shown: str) -> None:
    """In 63 pixels there is room for ten small letters, seven capitals or five signs as wide as they are high."""
    assert shorten(label, 63) == shown


@given(st.text(max_size=80), st.floats(20, 400))
def test_a_label_begins_as_it_did(label: str, room: float) -> None:
    """What is shown is the label or its beginning, and is not cut again."""
    shown = shorten(label, room)
    assert shown == label or (shown.endswith("…") and label.startswith(shown[:-1]))
    assert len(shown) <= len(label)


@given(st.lists(st.floats(0, 1000), max_size=10), st.floats(0.1, 100))
def test_labels_are_moved_apart_and_no_further(values: list[float], gap: float) -> None:
    """Labels keep their order, stand at least the gap apart, and as a whole where they belong; free ones do not move."""
    places = spread(sorted(values), gap)
    assert len(places) == len(values)
    assert all(after - before >= gap * (1 - 1e-6) for before, after in pairwise(places))
    assert sum(places) == pytest.approx(sum(values), abs=1e-6)
    if all(after - before >= gap for before, after in pairwise(sorted(values))):
        assert places == pytest.approx(sorted(values))


def test_labels_that_touch_stand_around_their_mean() -> None:
    """Three at nearly one place stand around it; a fourth that is far away stays."""
    assert spread([10.0, 10.0, 10.0, 50.0], 4.0) == [6.0, 10.0, 14.0, 50.0]

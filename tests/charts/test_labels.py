"""Labels are cut where they have no room, and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.charts.labels import shorten


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

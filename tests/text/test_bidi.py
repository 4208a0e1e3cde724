"""A name that turns the writing round turns itself alone."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.text.bidi import isolate, tidy_name

SIGNS = st.text(st.sampled_from("aא\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"), max_size=12)


@given(SIGNS)
def test_what_is_isolated_closes_what_it_opens(text: str) -> None:
    """No embedding or override is left, every isolate is closed within the text, and doing it twice changes nothing."""
    found = isolate(text)
    depth = 0
    for sign in found:
        depth += (sign == "\u2068") - (sign == "\u2069")
        assert depth in (0, 1)
    assert depth == 0
    assert not re.search("[\u202a-\u202e\u2066\u2067]", found)
    assert isolate(found) == found
    plain = re.compile("[\u202a-\u202e\u2066-\u2069]")
    assert plain.sub("", found) == plain.sub("", text)
    if not plain.search(text):
        assert found == text


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Tea\x01pot\x0bbig", "Tea pot big"),
        ("  Tea \r\n pot ", "Tea pot"),
        ("Tea\ufeffpot\ue000", "Teapot"),
        ("\u0646\u06cc\u200c\u0645", "\u0646\u06cc\u200c\u0645"),
        ("\U0001f469\u200d\U0001f373", "\U0001f469\u200d\U0001f373"),
        ("W" * 5000, "W" * 119 + "…"),
        ("\ud800x", "x"),
    ],
)
def test_a_name_can_be_printed(name: str, shown: str) -> None:
    """Control, private and lone signs go, joiners stay, a name is on one line and not endless."""
    assert tidy_name(name) == shown


@given(st.text())
def test_a_tidy_name_is_short_and_stays(name: str) -> None:
    """Whatever comes is at most 120 signs, without any that XML forbids, and tidying it again changes nothing."""
    shown = tidy_name(name)
    assert len(shown) <= 120
    assert not any(unicodedata.category(sign) in ("Cc", "Cs", "Co", "Cn") for sign in shown)
    assert tidy_name(shown) == shown

"""A name that turns the writing round turns itself alone."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from reportgen.text.bidi import isolate

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

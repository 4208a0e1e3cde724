"""A name that turns the writing round turns itself alone."""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from reportgen.text.bidi import isolate
from tests.conftest import Finished, Shop

OVERRIDE = "Tea\u202eneerg"
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


def test_names_in_a_report_are_isolated(shop: Shop, tmp_path: Path, finish: object) -> None:
    """A product with an override in its name stands isolated in every sentence of HTML and facts."""
    config = shop(f'report: {{title: "{OVERRIDE}"}}', product=OVERRIDE)
    done: Finished = finish(config, tmp_path / "out", "--set", "outputs=[html]")  # type: ignore[operator]
    facts = (done.folder / "facts.json").read_text(encoding="utf-8")
    for text in (done.html, facts):
        assert not re.search("[\u202a-\u202e]", text)
        assert "\u2068Teaneerg\u2069" in text

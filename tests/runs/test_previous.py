"""Options that are others than in the previous report are named, and no others."""

from __future__ import annotations

from typing import Any

import pytest

from reportgen.config.options import Options
from reportgen.runs.previous import list_other_options

NOW = Options().model_dump(mode="json")


def without(section: str, name: str) -> dict[str, Any]:
    """Return today's defaults as a version kept them that did not know one of the options."""
    return NOW | {section: {key: value for key, value in NOW[section].items() if key != name}}


@pytest.mark.parametrize(("section", "name"), [("cleansing", "returns"), ("source", "timezone"), ("segments", "model")])
def test_an_option_that_is_newer_than_a_run_is_not_another(section: str, name: str) -> None:
    """What an earlier version did not keep had its default; stated otherwise now it is another."""
    assert list_other_options(NOW, without(section, name)) == ()
    stated = NOW | {section: NOW[section] | {name: "something else"}}
    assert list_other_options(stated, without(section, name)) == (f"{section}.{name}",)
    assert list_other_options(NOW, stated) == (f"{section}.{name}",)


def test_options_without_a_part_in_the_figures_do_not_count() -> None:
    """Titles, mails and names of segments change no figure."""
    other = NOW | {"report": {"title": "x"}, "outputs": [], "segments": NOW["segments"] | {"names": {"rare_big": "x"}}}
    assert list_other_options(other, NOW) == ()

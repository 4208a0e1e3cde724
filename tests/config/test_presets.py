"""Presets: each is a valid config beneath another, and is recognised by headings that no other has."""

from __future__ import annotations

from pathlib import Path

import pytest

from reportgen.config.load import load_options
from reportgen.config.preset_pages import INDEX, write_pages
from reportgen.config.presets import list_usable, load_presets, recognise
from reportgen.errors import ConfigError

DOCS = Path(__file__).parents[2] / "docs" / "presets"


@pytest.mark.parametrize("name", list_usable())
def test_a_preset_lies_beneath_a_config(tmp_path: Path, name: str) -> None:
    """Its options are valid, and what the config states itself wins."""
    path = tmp_path / "shop.yaml"
    path.write_text(f"source: {{preset: {name}}}\ncolumns: {{customer_id: Mine}}\n", encoding="utf-8")
    options = load_options(path)
    stated = load_presets()[name].options["columns"]
    assert options.columns.customer_id == "Mine"
    dates = stated["ordered_at"]
    assert options.columns.ordered_at == ((dates,) if isinstance(dates, str) else tuple(dates))
    assert options.source.preset == name


@pytest.mark.parametrize("name", load_presets())
def test_a_preset_is_recognised_by_its_headings(name: str) -> None:
    """All of them together, in any order and case, beside others; one less is not enough."""
    preset = load_presets()[name]
    headings = [heading.upper() for heading in reversed(preset.recognised_by)]
    assert recognise(["Something", *headings]) == preset
    assert recognise(headings[1:]) != preset


def test_a_preset_that_is_not_there_is_told_with_its_place(tmp_path: Path) -> None:
    """A typing error lists what there is, and an export that is refused says why."""
    path = tmp_path / "shop.yaml"
    path.write_text("source: {preset: shopfy}\n", encoding="utf-8")
    with pytest.raises(
        ConfigError, match=r"shop.yaml:1:18: source.preset: expected one of shopify, woocommerce, .* got 'shopfy'"
    ):
        load_options(path)
    path.write_text("source: {preset: amazon}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="names no customer"):
        load_options(path)


def test_every_preset_has_its_page() -> None:
    """The pages are those that the declarations make, and there is no other."""
    found = {path.name: path.read_text(encoding="utf-8") for path in DOCS.iterdir()}
    assert found == write_pages()
    assert "state `source.date_format`" in found["square.md"]
    assert [name for name in load_presets() if f"`{name}`" not in found[INDEX]] == []

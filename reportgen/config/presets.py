"""How the order exports of platforms are read: options beneath a config, and headings to recognise each by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import yaml

from reportgen.config.layers import merge_nodes
from reportgen.config.nodes import compose_text
from reportgen.resources import shipped_folder

FILE = "exports/presets.yaml"
"""Within the shipped folder `configs`."""


@dataclass(frozen=True, slots=True)
class Preset:
    """One platform's export.

    Attributes
    ----------
    name : str
        What `source: {preset: ...}` calls it.
    title : str
        The platform, and where in it the export is made.
    recognised_by : tuple of str
        Headings that the file has, all of them.
    reading : str
        How it is read, and what it does not tell.
    options : mapping
        Of a config; empty for an export that is refused.
    asks : tuple of str
        Options that the export leaves open, and a person has to state.
    refused : str
        Why it cannot be used, and what to export instead; empty for one that can.
    """

    name: str
    title: str
    recognised_by: tuple[str, ...]
    reading: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    asks: tuple[str, ...] = ()
    refused: str = ""


@cache
def load_presets() -> Mapping[str, Preset]:
    """Load all presets, by name."""
    text = (shipped_folder("configs") / FILE).read_text(encoding="utf-8")
    stated: dict[str, dict[str, Any]] = yaml.safe_load(text)
    return {
        name: Preset(
            name=name,
            title=preset["title"],
            recognised_by=tuple(preset["recognised_by"]),
            reading=" ".join(preset.get("reading", "").split()),
            options=preset.get("options", {}),
            asks=tuple(preset.get("asks", ())),
            refused=" ".join(preset.get("refused", "").split()),
        )
        for name, preset in stated.items()
    }


def list_usable() -> list[str]:
    """List the names of the presets that a config can state."""
    return [name for name, preset in load_presets().items() if not preset.refused]


def recognise(headings: Iterable[str]) -> Preset | None:
    """Tell which platform's export has such headings; of several the one that is recognised by most of them."""
    known = {" ".join(heading.split()).casefold() for heading in headings}
    fitting = [
        preset
        for preset in load_presets().values()
        if all(heading.casefold() in known for heading in preset.recognised_by)
    ]
    return max(fitting, key=lambda preset: len(preset.recognised_by), default=None)


def lay_over_preset(root: yaml.MappingNode, stated: yaml.Node) -> yaml.MappingNode:
    """Lay a config over the preset that it states; one that is not known is told with the other mistakes.

    Parameters
    ----------
    root : MappingNode
        The config.
    stated : Node
        What it states as `source.preset`; any other node where it states none.
    """
    if not isinstance(stated, yaml.ScalarNode) or stated.value not in list_usable():
        return root
    text = yaml.safe_dump(dict(load_presets()[stated.value].options), allow_unicode=True, sort_keys=False)
    return merge_nodes(compose_text(text, f"preset {stated.value}"), root)


def check_preset(value: str | None) -> str | None:
    """Accept the name of a preset."""
    if value is None or value in list_usable():
        return value
    refused = load_presets().get(value)
    if refused is not None:
        raise ValueError(f"another export than '{value}': {refused.refused}")
    raise ValueError(f"one of {', '.join(list_usable())}")

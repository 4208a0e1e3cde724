"""A config that is proposed for an export: what was found, what is open, and the YAML that it becomes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from reportgen import columns as c
from reportgen.config.presets import Preset

_LOCALES = {"GBP": "en_GB", "USD": "en_US", "JPY": "ja_JP", "CHF": "de_CH", "PLN": "pl_PL", "INR": "en_IN"}


@dataclass(slots=True)
class Question:
    """Something that the file does not tell; `answer` is what is proposed until a person says another."""

    option: str
    text: str
    answer: str


@dataclass(slots=True)
class Proposal:
    """A config on its way.

    Attributes
    ----------
    config : Path
        Where it is to stand: paths in it are relative to its folder.
    preset : Preset or None
        The platform whose export it is.
    columns : mapping
        Headings by our name; empty with a preset.
    questions : list of Question
        What is open.
    evidence : list of str
        What was found, a line each.
    """

    config: Path
    path: str
    preset: Preset | None
    columns: Mapping[str, tuple[str, ...]]
    headings: tuple[str, ...]
    questions: list[Question]
    evidence: list[str] = field(default_factory=list)
    settled: dict[str, str] = field(default_factory=dict)
    cancelled_prefix: str | None = None
    store: str | None = None
    locale: str | None = None

    def answer_of(self, option: str) -> str | None:
        """Return what an option is proposed or answered to be."""
        asked = {question.option: question.answer for question in self.questions}
        return asked.get(option, self.settled.get(option))

    def write(self) -> str:
        """Write the config, each block with what it is for."""
        return "\n".join(self._blocks())

    def _blocks(self) -> list[str]:
        currency = self.answer_of("currency") or "GBP"
        lines = [
            "# What each option does: docs/options.md. What to do about a warning: docs/warnings.md.",
            f"report: {_flow({'id': _id_of(self.path), 'title': 'Customer segments'})}",
            f"currency: {currency}",
            f"locale: {self.locale or _LOCALES.get(currency, 'de_DE' if currency == 'EUR' else 'en_GB')}",
        ]
        if zone := self.answer_of("timezone"):
            lines.append(f"timezone: {_scalar(zone)}  # whose calendar tells the month of an order")
        stated = {"preset": self.preset.name} if self.preset else {}
        source = {"path": self.path, **stated}
        for name in ("sheet", "decimal", "date_format", "timezone", "encoding"):
            if value := self.answer_of(f"source.{name}"):
                source[name] = value
        lines += ["source:", *(f"  {name}: {_scalar(value)}" for name, value in source.items())]
        if self.preset is not None:
            lines.append(f"  # {self.preset.title}")
        else:
            lines += ["columns:", *(f"  {name}: {_headings(value)}" for name, value in self._all_columns().items())]
        lines += self._cleansing()
        if self.store is not None:
            lines += ["# A report for each store, and one over all of them:", f"# stores: {_flow({'by': self.store})}"]
        lines += [
            "# The span of orders that customers are grouped by, up to the month of the report.",
            "window: 12 months",
            "",
        ]
        return lines

    def _cleansing(self) -> list[str]:
        """Net returns, so that no money counts that was given back; a preset that says how they are read is left so."""
        lines = []
        if self.preset is None or "returns" not in self.preset.options.get("cleansing", {}):
            lines.append("  returns: net  # a return is set against the same customer's purchase")
        if self.cancelled_prefix:
            lines.append(f"  cancelled_prefix: {_scalar(self.cancelled_prefix)}  # their lines are negative")
        return ["cleansing:", *lines] if lines else []

    def _all_columns(self) -> dict[str, tuple[str, ...] | None]:
        """Return every column, those that are not there as null where their default heading might be met."""
        own = {name: value for name, value in self.columns.items() if name != c.STORE}
        missing = [name for name in (c.ORDER_ID, c.QUANTITY, c.PRODUCT_ID, c.PRODUCT_NAME) if name not in own]
        if c.UNIT_PRICE not in own and c.AMOUNT not in own:
            missing.append(c.UNIT_PRICE)
        return {**own, **dict.fromkeys(missing)}

    def options(self) -> dict[str, Any]:
        """Return the config as it stands now, as data."""
        data: dict[str, Any] = yaml.safe_load(self.write())
        if self.preset is not None:
            for block, stated in self.preset.options.items():
                data[block] = {**stated, **data.get(block, {})}
        data["source"]["path"] = str((self.config.parent / data["source"]["path"]).absolute())
        return data


def _id_of(path: str) -> str:
    """Make a report id of a file's name."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", Path(path).name.split(".")[0].replace("*", "")).strip("-._") or "report"


def _scalar(value: str) -> str:
    return (
        yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=10_000).removesuffix("\n...\n").strip()
    )


def _flow(value: Mapping[str, str]) -> str:
    return yaml.safe_dump(
        dict(value), default_flow_style=True, allow_unicode=True, sort_keys=False, width=10_000
    ).strip()


def _headings(value: tuple[str, ...] | None) -> str:
    if value is None:
        return "null"
    return _scalar(value[0]) if len(value) == 1 else f"[{', '.join(map(_scalar, value))}]"

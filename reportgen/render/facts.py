"""Writes facts.json: the report itself, dumped; and its published schema."""

from __future__ import annotations

import json
from typing import Any

from reportgen.model.report import ChainReport, Report, adapter_of


def to_facts(report: Report | ChainReport) -> bytes:
    """Return the report as JSON: money sums as text, dates in ISO form, numbers of segments as keys in text."""
    kind: Any = type(report)
    return adapter_of(kind).dump_json(report, indent=2) + b"\n"


def facts_schema(kind: Any = Report) -> dict[str, Any]:
    """Return the JSON Schema of facts.json, made from the report's own types and their explanations.

    Parameters
    ----------
    kind : type
        `Report`, or `ChainReport` for the facts of a chain report.
    """
    schema = adapter_of(kind).json_schema(mode="serialization")
    title = "facts.json of reportgen" if kind is Report else "facts.json of reportgen's chain report"
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": title}


def facts_schema_text(kind: type[Report | ChainReport] = Report) -> str:
    """Return the schema as the text that is published."""
    return json.dumps(facts_schema(kind), indent=2, ensure_ascii=False) + "\n"

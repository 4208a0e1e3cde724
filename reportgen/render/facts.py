"""Writes facts.json: the report itself, dumped; and its published schema."""

from __future__ import annotations

import json
from typing import Any

from pydantic import TypeAdapter

from reportgen.model.report import Report

FACTS_SCHEMA = "facts.schema.json"


def to_facts(report: Report) -> bytes:
    """Return the report as JSON: money sums as text, dates in ISO form, numbers of segments as keys in text."""
    return TypeAdapter(Report).dump_json(report, indent=2) + b"\n"


def facts_schema() -> dict[str, Any]:
    """Return the JSON Schema of facts.json, made from the report's own types and their explanations."""
    schema = TypeAdapter(Report).json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "facts.json of reportgen"}


def facts_schema_text() -> str:
    """Return the schema as the text that is published."""
    return json.dumps(facts_schema(), indent=2, ensure_ascii=False) + "\n"

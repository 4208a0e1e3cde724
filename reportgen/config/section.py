"""The base of every block of options, and what several blocks are made of."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema

from reportgen.config.values import parse_window, write_window


class Section(BaseModel):
    """Base of every block of options: frozen, inert, and closed to unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True, strict=True)


Share = Annotated[float, Field(ge=0, le=1, strict=False)]
Window = Annotated[
    int | None,
    BeforeValidator(parse_window),
    PlainSerializer(write_window, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": r"^(all|\d+ months?)$"}),
]
"""A number of months; None for all."""

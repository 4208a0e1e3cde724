"""The base of every block of options, and what several blocks are made of."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Section(BaseModel):
    """Base of every block of options: frozen, inert, and closed to unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True, strict=True)


Share = Annotated[float, Field(ge=0, le=1, strict=False)]

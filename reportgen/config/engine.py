"""Options of the engine that order lines are computed on: this machine's own, or a Spark cluster."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from reportgen.config.section import Section


class SparkOptions(Section):
    """A Spark cluster."""

    remote: str | None = None
    """Address of a Spark Connect server, such as `sc://spark.example:15002`."""
    master: str | None = None
    """Master of a cluster whose driver is this process, such as `local[2]`, `spark://host:7077` or `yarn`."""
    scratch: str | None = None
    """Folder or URL that this machine and all executors can write to and read from, for typed lines while a run lasts;
    needed unless all of Spark is on this machine."""
    settings: dict[str, str] = Field(default_factory=dict)
    """Spark's own settings, such as `spark.executor.memory: 8g`."""

    @model_validator(mode="after")
    def _check_one(self) -> Self:
        if (self.remote is None) == (self.master is None):
            raise ValueError("either 'remote', a Spark Connect server, or 'master'")
        return self

    @property
    def is_here(self) -> bool:
        """Whether all of Spark is on this machine."""
        place = self.remote or self.master or ""
        return place.startswith(("local", "sc://localhost", "sc://127.0.0.1"))


class EngineOptions(Section):
    """What order lines are computed on; the figures are the same on each."""

    spark: SparkOptions | None = None
    """A Spark cluster instead of the embedded engine (docs/scale.md)."""

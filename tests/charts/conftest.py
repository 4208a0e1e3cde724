"""Looks into Vega-Lite specs for the tests of this package."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from reportgen.model.charts import Chart

Layers = Callable[..., list[dict[str, Any]]]


def _views(spec: dict[str, Any], above: dict[str, Any]) -> Iterator[dict[str, Any]]:
    encoding = {**above, **spec.get("encoding", {})}
    if "layer" in spec:
        for layer in spec["layer"]:
            yield from _views(layer, encoding)
    else:
        yield {**spec, "encoding": encoding}


@pytest.fixture(scope="session")
def layers() -> Layers:
    """Return a function that lists a chart's layers with their marks and encodings, those of one mark if named."""

    def find(chart: Chart, mark: str | None = None, width: str = "wide") -> list[dict[str, Any]]:
        found = list(_views(chart.specs[width], {}))
        return [one for one in found if mark is None or one["mark"]["type"] == mark]

    return find


@pytest.fixture(scope="session")
def rows() -> Callable[..., list[dict[str, Any]]]:
    """Return a function that gives the data of a chart by their name."""

    def find(chart: Chart, name: str = "rows", width: str = "wide") -> list[dict[str, Any]]:
        records: list[dict[str, Any]] = chart.specs[width]["datasets"][name]
        return records

    return find

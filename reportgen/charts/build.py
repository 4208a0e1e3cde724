"""What all charts share: finishing an Altair chart as a plain spec."""

from __future__ import annotations

from typing import Any

import altair as alt

from reportgen.charts.theme import style

Records = list[dict[str, Any]]


def data_of(records: Records) -> alt.Data:
    """Wrap records as inline data."""
    return alt.Data(values=records)  # type: ignore[no-untyped-call]


def finish(chart: Any, width: int, height: int) -> dict[str, Any]:
    """Give a chart its size and the house's style, and return its Vega-Lite spec."""
    sized = chart.properties(width=width, height=height, autosize=alt.AutoSizeParams(type="fit", contains="padding"))
    spec: dict[str, Any] = sized.to_dict(validate=False)
    spec["config"] = style()
    return spec

"""What all charts share: finishing an Altair chart as a plain spec.

Channels are given as objects (``alt.X2("high:Q")``, never ``x2="high:Q"``) and layers all at once: Altair looks a
channel that is a text up in its whole schema, and copies a chart with each layer that is added to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
from altair.utils.schemapi import disable_debug_mode

from reportgen.charts.theme import style
from reportgen.model.facts import SegmentFacts
from reportgen.text.formats import Formats

Records = list[dict[str, Any]]
TIP = alt.Description("tip:N")
"""What a mark says of itself, in its record: given to the channel `description`, it stands in the picture as the mark's
label, which the page shows to who points at the mark."""
disable_debug_mode()  # Altair would check every part of every chart; the tests check finished specs


def named(name: str = "rows") -> Any:
    """Return a reference to data that `finish` puts into the spec (Altair would walk over every row)."""
    return alt.NamedData(name=name)


def segment_scale(segments: Sequence[SegmentFacts], formats: Formats) -> alt.Scale:
    """Return the scale that gives each segment, by its number in text, its colour."""
    paint = formats.look.colour_of
    return alt.Scale(domain=[str(one.number) for one in segments], range=[paint(one.colour) for one in segments])


def finish(chart: Any, width: int, height: int, **data: Records) -> dict[str, Any]:
    """Give a chart its size, its data and the common style, and return its Vega-Lite spec.

    Parameters
    ----------
    chart : altair chart
        Its data are named.
    width, height : int
        Natural size in pixels.
    **data : list of dict
        Rows by the name that the chart knows them by.
    """
    spec: dict[str, Any] = chart.to_dict(validate=False)
    spec |= {"width": width, "height": height, "autosize": {"type": "fit", "contains": "padding"}}
    spec["config"] = style()
    spec["datasets"] = data
    return spec

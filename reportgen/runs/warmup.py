"""Imports the heavy libraries of later stages while the engine reads the lines: one core would idle otherwise."""

from __future__ import annotations

import contextlib


def warm_up(with_pdf: bool) -> None:
    """Import what segmenting and printing need; meant for a thread of its own.

    Parameters
    ----------
    with_pdf : bool
        Whether the PDF library will be needed.

    Notes
    -----
    Nothing depends on it: whoever needs a library imports it, and waits for an import that is under way. What cannot
    be imported is told there, to somebody.
    """
    with contextlib.suppress(Exception):
        import sklearn.cluster  # noqa: F401, PLC0415

        from reportgen.charts.export import start_drawing  # noqa: PLC0415

        start_drawing()
        import reportgen.report.publish  # noqa: PLC0415

        if with_pdf:
            import reportgen.render.pdf  # noqa: F401, PLC0415

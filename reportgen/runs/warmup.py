"""Imports the heavy libraries of later stages while the lines are read: one core would idle otherwise."""

from __future__ import annotations

import contextlib
from importlib import import_module

from reportgen.tracing import span


def warm_segmenting() -> None:
    """Import what segmenting needs; meant for a thread of its own.

    Notes
    -----
    Nothing depends on it: whoever needs a library imports it, and waits for an import that is under way. What cannot
    be imported is told there, to somebody. The same holds for `warm_printing`.
    """
    with contextlib.suppress(Exception), span("import scikit-learn", "import"):
        import_module("sklearn.cluster")


def warm_printing(with_pdf: bool) -> None:
    """Import what drawing and printing need, draw a first, empty chart, and print a first, empty page.

    Parameters
    ----------
    with_pdf : bool
        Whether a PDF will be printed.
    """
    with contextlib.suppress(Exception):
        with span("import Altair and Jinja", "import"):
            import_module("reportgen.report.publish")
        with span("start vl-convert", "import"):
            import_module("reportgen.charts.export").start_drawing()
        if with_pdf:
            with span("start WeasyPrint", "import"):
                import_module("reportgen.render.pdf").start_printing()


def warm_up(with_pdf: bool) -> None:
    """Import what segmenting and printing need."""
    warm_segmenting()
    warm_printing(with_pdf)

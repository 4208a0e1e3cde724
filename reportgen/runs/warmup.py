"""Imports the heavy libraries of later stages while the lines are read: one core would idle otherwise."""

from __future__ import annotations

import contextlib
from importlib import import_module

from reportgen.config.options import Options
from reportgen.model.artefacts import prints_pdf
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


def warm_printing(options: Options) -> None:
    """Import what drawing and printing need, draw a first, empty chart, print a first, empty page, compile templates.

    Parameters
    ----------
    options : Options
        What will be printed.
    """
    with contextlib.suppress(Exception):
        with span("import Altair and Jinja", "import"):
            publish = import_module("reportgen.report.publish")
        with span("start vl-convert", "import"):
            import_module("reportgen.charts.export").start_drawing()
        if prints_pdf(options.outputs):
            with span("start WeasyPrint", "import"):
                import_module("reportgen.render.pdf").start_printing()
        with span("compile templates", "import"):
            publish.prepare_printing(options)


def warm_pages() -> None:
    """Compile the templates of the history pages."""
    with contextlib.suppress(Exception), span("compile templates", "import"):
        import_module("reportgen.render.history").compile_pages()


def warm_up(options: Options) -> None:
    """Import what segmenting and printing need."""
    warm_segmenting()
    warm_printing(options)

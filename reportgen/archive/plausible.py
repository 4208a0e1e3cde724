"""Checks what a manifest says before anything follows from it: an archive may come from anybody."""

from __future__ import annotations

import re

from reportgen.config.values import check_currency, check_locale
from reportgen.model.archive import Address, Figures, Manifest
from reportgen.model.artefacts import AUDIENCES, SEALED
from reportgen.model.facts import Facts
from reportgen.model.segments import SegmentModel

_PLAIN_NAME = re.compile(rf"(?:{AUDIENCES}/)?[A-Za-z0-9][A-Za-z0-9._-]{{0,199}}")
_MOST_MONEY = 10**15
_MOST_SIGNS = 10_000


def check_manifest(manifest: Manifest, path: str) -> None:
    """Refuse a manifest that leads away from the folder it was read from.

    Parameters
    ----------
    manifest : Manifest
        As it was read.
    path : str
        The run's folder within the archive.

    Raises
    ------
    ValueError
        With what is wrong: another address, a file name that is a path, a run that refers to no run or to a later one
        as the previous, figures that no shop has.
    """
    if manifest.address.path != path or not Address.is_path(path):
        raise ValueError(f"it belongs to {manifest.address.path[:200]}")
    for name in manifest.files:
        if not _PLAIN_NAME.fullmatch(name) or name in SEALED:
            raise ValueError(f"'{name[:100]}' is no name of a file of a run")
    for other in manifest.refers_to:
        Address.parse(other)
    previous = manifest.previous
    if previous is not None and not _is_earlier(previous, manifest):
        raise ValueError(f"'{previous[:100]}' is no earlier run")
    if any(len(text) > _MOST_SIGNS for text in (manifest.title, manifest.store or "", manifest.reason)):
        raise ValueError("a title, store or reason that is too long")
    if manifest.figures is not None:
        _check_figures(manifest.figures)
    elif manifest.status == "done":
        raise ValueError("a report without figures")


def check_previous(facts: Facts, model: SegmentModel, manifest: Manifest) -> None:
    """Refuse facts and a model that are not those of one run.

    Raises
    ------
    ValueError
        When they do not go together.
    """
    if (facts.report.id, facts.period.month) != (manifest.report, manifest.period):
        raise ValueError("facts of another run")
    check_locale(facts.report.locale)
    check_currency(facts.report.currency)
    if len(model.known) < len(facts.segments) or model.fitted_in > manifest.period:
        raise ValueError("a model of another run")


def _is_earlier(path: str, manifest: Manifest) -> bool:
    return Address.is_path(path) and Address.parse(path).period < manifest.period


def _check_figures(figures: Figures) -> None:
    check_locale(figures.locale)
    check_currency(figures.currency)
    numbers = (figures.customers, figures.orders, figures.avg_order_value, figures.repeat_share, figures.n_clusters)
    if not figures.total_sales.is_finite() or not all(abs(number) < _MOST_MONEY for number in numbers):
        raise ValueError("figures that no shop has")
    if not abs(figures.total_sales) < _MOST_MONEY or figures.total_sales.as_tuple().exponent not in range(-20, 20):
        raise ValueError("figures that no shop has")

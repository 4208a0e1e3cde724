"""Runs scikit-learn on one thread, and without checks of arguments that only our own code hands in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module

from threadpoolctl import ThreadpoolController


@contextmanager
def in_one_thread() -> Iterator[None]:
    """Limit the threads of numerical libraries: results must not depend on the machine's, and small data are faster so.

    Notes
    -----
    What is not finite is still refused. The libraries are looked up once, as that takes longer than a small fit.
    """
    from sklearn import config_context  # noqa: PLC0415 - heavy; see reportgen.runs.warmup

    with _find_libraries().limit(limits=1), config_context(skip_parameter_validation=True):
        yield


@cache
def _find_libraries() -> ThreadpoolController:
    for name in ("sklearn.cluster", "sklearn.metrics"):  # what they load is to be found
        import_module(name)
    return ThreadpoolController()

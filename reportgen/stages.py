"""The stages of a run: announced as they begin, timed as they end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter, process_time

from reportgen.logs import LOG
from reportgen.tracing import span, write_span

Announce = Callable[[str], None]


def say_nothing(_stage: str) -> None:
    """Announce a stage to nobody."""


class Stages:
    """Names the stages of a run as they begin, and keeps the seconds that each took.

    Parameters
    ----------
    announce : callable
        Called with a stage's name when it begins.

    Attributes
    ----------
    seconds : dict
        By stage, one after the other: their sum is the time that passed.
    beside : dict
        Of stages that another process went through meanwhile.
    """

    def __init__(self, announce: Announce = say_nothing) -> None:
        self.announce = announce
        self.seconds: dict[str, float] = {}
        self.beside: dict[str, float] = {}

    def add(self, name: str, seconds: float) -> None:
        """Count seconds of a stage that has just ended and was timed elsewhere."""
        self._count(name, seconds)
        write_span(name, "stage", perf_counter() - seconds, perf_counter(), cpu_s=process_time())

    def _count(self, name: str, seconds: float) -> None:
        self.seconds[name] = self.seconds.get(name, 0.0) + seconds

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        """Run a block as one stage."""
        self.announce(name)
        LOG.info("%s begins", name)
        begun = perf_counter()
        with span(name, "stage"):
            yield
        seconds = perf_counter() - begun
        self._count(name, seconds)
        LOG.info("%s took %.3f s", name, seconds)

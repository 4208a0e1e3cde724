"""The stages of a run: announced as they begin, timed as they end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from time import perf_counter, process_time
from typing import TypeVar

from reportgen.logs import LOG
from reportgen.tracing import span, write_span

Announce = Callable[[str], None]
T = TypeVar("T")


def say_nothing(_stage: str) -> None:
    """Announce a stage to nobody."""


class Stages:
    """Names the stages of a run as they begin, and keeps the seconds that each took.

    Parameters
    ----------
    announce : callable
        Called with a stage's name when it begins.
    has_cores : bool
        Whether a core is free for what `meanwhile` is asked to do; else it is done once it is waited for. Where each
        core has a process already, threads only get in each other's way.

    Attributes
    ----------
    seconds : dict
        By stage, one after the other: their sum is the time that passed.
    beside : dict
        Of stages that another process or thread went through meanwhile.
    """

    def __init__(self, announce: Announce = say_nothing, *, has_cores: bool = True) -> None:
        self.announce = announce
        self._has_cores = has_cores
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

    @contextmanager
    def meanwhile(self, name: str, do: Callable[[], T]) -> Iterator[Callable[[], T]]:
        """Do one stage in a thread while the block goes through others; what the block is given waits for its end.

        What it took counts as `beside`, and what the block waits for it as its seconds. What is wrong with it is raised
        to who waits.

        Parameters
        ----------
        name : str
            The stage.
        do : callable
            What is done; the block must leave alone what it uses.
        """
        if not self._has_cores:
            yield partial(self._do_now, name, do)
            return
        threads, is_wanted = ThreadPoolExecutor(1, thread_name_prefix=name), True
        doing = threads.submit(self._do_beside, name, do)
        try:
            yield partial(self._do_now, name, doing.result)
        except BaseException as error:
            is_wanted = isinstance(error, Exception)  # who interrupts a run does not wait for it
            raise
        finally:
            threads.shutdown(wait=is_wanted)

    def _do_now(self, name: str, do: Callable[[], T]) -> T:
        with self(name):
            return do()

    def _do_beside(self, name: str, do: Callable[[], T]) -> T:
        begun = perf_counter()
        with span(name, "beside"):
            done = do()
        self.beside[name] = perf_counter() - begun
        return done

"""Who does the work: this process, or several; one that dies takes only its own task with it."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import TYPE_CHECKING, Any, Protocol

from reportgen.logs import start_logs
from reportgen.tracing import name_process, tell_process

if TYPE_CHECKING:
    from reportgen.config.options import Options


class Workers(Protocol):
    """Does tasks, in whatever order."""

    def submit(self, do: Callable[[Any], Any], task: Any) -> Future[Any]:
        """Hand in a task; its future ends with the result, or with what went wrong."""


class _Alone:
    """Does each task at once, in this process."""

    def submit(self, do: Callable[[Any], Any], task: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(do(task))
        except Exception as error:
            future.set_exception(error)
        return future


@dataclass
class _Several:
    """Hands tasks to a pool of processes, which is started with the first of them.

    A pool is spawned, never forked: after vl-convert was used, a forked child hangs for ever.
    """

    jobs: int
    name: str
    options: Options | None
    _pool: Any = field(default=None)

    def submit(self, do: Callable[[Any], Any], task: Any) -> Future[Any]:
        if self._pool is None:
            from pebble import ProcessPool  # noqa: PLC0415 - not needed where one process does all

            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPool(
                max_workers=self.jobs, initializer=_settle_in, initargs=[self.name, self.options], context=context
            )
        future: Future[Any] = self._pool.schedule(_do, args=[do, task])
        return future

    def close(self) -> None:
        if self._pool is not None:
            self._pool.close()
            self._pool.join()

    def stop(self) -> None:
        if self._pool is not None:
            self._pool.stop()
            self._pool.join()


@contextmanager
def start_workers(jobs: int, options: Options | None = None) -> Iterator[Workers]:
    """Gather as many processes as there are jobs; one job is done in this process.

    Parameters
    ----------
    jobs : int
        How many.
    options : Options, optional
        What they will print: they import for it while they read their first lines.

    Notes
    -----
    An exception in the block, an interruption above all, stops every process at once: what a run writes is there whole
    or not at all.
    """
    if jobs == 1:
        yield _Alone()
        return
    several = _Several(jobs, "stores", options)
    try:
        yield several
    except BaseException:
        several.stop()
        raise
    several.close()


@contextmanager
def start_one_beside() -> Iterator[Workers]:
    """Start one process beside this one, with its first task; it is stopped at the end, whatever it is doing."""
    one = _Several(1, "printing", None)
    try:
        yield one
    finally:
        one.stop()


def count_cores() -> int:
    """Count the cores that this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def _do(do: Callable[[Any], Any], task: Any) -> Any:
    try:
        return do(task)
    finally:
        tell_process()


def _settle_in(name: str, options: Options | None) -> None:
    """Prepare a process for its tasks: interruptions are the first process's affair, and its end is ours too."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    Thread(target=_follow, daemon=True).start()
    gc.disable()
    start_logs()
    name_process(name)
    if options is not None and options.outputs:
        from reportgen.runs.warmup import warm_up  # noqa: PLC0415 - once, in each process of its own

        Thread(target=warm_up, args=(options,), daemon=True).start()


def _follow() -> None:
    """End with the first process, however it ends: an orphan would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)

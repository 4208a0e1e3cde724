"""Takes what several connections give at a time, one batch after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from queue import Empty, Full, Queue
from threading import Event

import pyarrow as pa

_AHEAD = 2
"""Batches of each connection that wait to be taken: more would be memory for nothing."""
_SECONDS = 0.2


def take_from_all(streams: Sequence[Callable[[], Iterator[pa.RecordBatch]]]) -> Iterator[pa.RecordBatch]:
    """Give the batches of several streams, each read in a thread of its own, in the order in which they come.

    When one fails, or nobody takes them any more, the others end soon.
    """
    waiting: Queue[pa.RecordBatch] = Queue(_AHEAD * len(streams))
    is_over = Event()

    def read(stream: Callable[[], Iterator[pa.RecordBatch]]) -> None:
        try:
            for batch in stream():
                while not is_over.is_set():
                    with suppress(Full):
                        waiting.put(batch, timeout=_SECONDS)
                        break
                if is_over.is_set():
                    return
        except BaseException:
            is_over.set()
            raise

    with ThreadPoolExecutor(len(streams)) as threads:
        reading = [threads.submit(read, stream) for stream in streams]
        try:
            while not (all(future.done() for future in reading) and waiting.empty()):
                with suppress(Empty):
                    yield waiting.get(timeout=_SECONDS)
                if is_over.is_set():
                    break
        finally:
            is_over.set()
        for future in reading:
            future.result()

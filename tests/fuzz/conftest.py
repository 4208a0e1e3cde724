"""Watches that no fuzzer makes the program take much memory."""

from __future__ import annotations

import resource
from collections.abc import Iterator

import pytest

from tests.fuzz.common import MAX_MEMORY_MB

_WHOSE = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


@pytest.fixture(scope="module", autouse=True)
def memory() -> Iterator[None]:
    """Fail when this process or a child of it has needed more memory than any small input should."""
    before = [_peak_mb(whose) for whose in _WHOSE]
    yield
    for whose, was in zip(_WHOSE, before, strict=True):  # what tests before these have needed is not theirs
        assert _peak_mb(whose) <= max(MAX_MEMORY_MB, was)


def _peak_mb(whose: int) -> int:
    return resource.getrusage(whose).ru_maxrss // 1024

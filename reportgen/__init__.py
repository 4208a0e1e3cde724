"""Customer-segment reports from a shop's order lines."""

from time import perf_counter as _now

__version__ = "0.1.0"
BEGUN = _now()
"""When this process began with the program, by the clock that stages are timed by."""

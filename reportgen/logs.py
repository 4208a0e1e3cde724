"""Logs the steps of a run to stderr for who asks with `--verbose`: what began, how long it took, in which process."""

from __future__ import annotations

import logging
import os
import sys

VARIABLE = "REPORTGEN_VERBOSE"
"""Set for the processes that a run starts, so that they log as the first one does."""
LOG = logging.getLogger("reportgen")


def ask_for_logs() -> None:
    """Log in this process, and in those that it starts."""
    os.environ[VARIABLE] = "1"
    start_logs()


def start_logs() -> None:
    """Log in this process if that was asked for; our own steps alone, for libraries say a lot."""
    if os.environ.get(VARIABLE) and not LOG.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(logging.Formatter("%(asctime)s.%(msecs)03d [%(process)d] %(message)s", "%H:%M:%S"))
        LOG.addHandler(handler)
        LOG.setLevel(logging.INFO)
        LOG.propagate = False

"""Lends the tests of reports the lines that the tests of lines are made with."""

from __future__ import annotations

from tests.made_lines import engine, make_frame, make_lines

__all__ = ["engine", "make_frame", "make_lines"]

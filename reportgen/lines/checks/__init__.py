"""Checks across order lines: what in them is doubtful, each answered by an option."""

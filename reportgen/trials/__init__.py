"""Trials of actions: who is written to and who is held back, how large a trial must be, and what it showed."""

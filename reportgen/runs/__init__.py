"""Stores, months, processes and the archive: what is run when, and what becomes of it."""

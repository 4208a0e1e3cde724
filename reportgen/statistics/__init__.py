"""Estimates with their intervals that several packages need: survival, shares."""

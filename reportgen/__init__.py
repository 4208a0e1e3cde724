"""Customer-segment reports from a shop's order lines."""

__version__ = "0.1.0"

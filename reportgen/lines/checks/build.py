"""Runs every check, and leaves out what the config accepts."""

from __future__ import annotations

from collections.abc import Collection

from reportgen.lines.checks.customers import check_customers
from reportgen.lines.checks.money import check_money
from reportgen.lines.checks.orders import check_empty_cells, check_orders
from reportgen.lines.checks.seen import Seen
from reportgen.model.warnings import SourceWarning

_CHECKS = (check_money, check_orders, check_empty_cells, check_customers)


def find_warnings(seen: Seen, accepted: Collection[str]) -> tuple[SourceWarning, ...]:
    """Find what is doubtful in the lines of a report, the largest share of a figure first.

    Parameters
    ----------
    seen : Seen
        The lines and their sums.
    accepted : collection of str
        Codes that the config says are in order.
    """
    found = [warning for check in _CHECKS for warning in check(seen) if warning.code not in accepted]
    return tuple(sorted(found, key=lambda warning: (-warning.share, warning.code, warning.column or "")))

"""What day it is: the only place that asks."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from reportgen.errors import ConfigError, Problem

if TYPE_CHECKING:
    from datetime import date, datetime

_LAST_SECOND = 253_402_300_799  # of the year 9999


def read_clock() -> tuple[date, str]:
    """Return the day to print and the moment: SOURCE_DATE_EPOCH if set, else now."""
    from datetime import UTC, datetime  # noqa: PLC0415

    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        now = datetime.now(tz=UTC)
        return now.astimezone().date(), now.isoformat(timespec="seconds")
    if not re.fullmatch("[0-9]{1,12}", epoch) or int(epoch) > _LAST_SECOND:
        expected = "seconds since 1970 as a whole number"
        raise ConfigError(Problem("environment", "SOURCE_DATE_EPOCH", expected, f"'{epoch}'"))
    stated = datetime.fromtimestamp(int(epoch), tz=UTC)
    return stated.date(), stated.isoformat(timespec="seconds")


def read_last_day() -> date:
    """Return the last day on which anybody on Earth can have ordered by now, whatever day is printed."""
    from datetime import UTC, datetime, timedelta  # noqa: PLC0415

    return datetime.now(tz=UTC).date() + timedelta(days=1)


def read_now() -> datetime:
    """Return the moment: SOURCE_DATE_EPOCH if set, else now."""
    from datetime import datetime  # noqa: PLC0415

    return datetime.fromisoformat(read_clock()[1])

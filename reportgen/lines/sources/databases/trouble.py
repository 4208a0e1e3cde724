"""Tells what went wrong with a database in one clear message without any secret."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import pyarrow as pa

from reportgen.config.databases import DatabaseOptions
from reportgen.errors import DataError, Problem, did_you_mean
from reportgen.lines.sources.databases.address import Address

_STATE = re.compile(r"SQLSTATE:? ?([0-9A-Z]{5})")


@contextmanager
def tell_trouble(
    options: DatabaseOptions, address: Address, list_tables: Callable[[], list[str]] = list
) -> Iterator[None]:
    """Turn what a driver raises in the block into one clear error.

    Parameters
    ----------
    options : DatabaseOptions
        What was asked for.
    address : Address
        What must not be told.
    list_tables : callable
        Lists the tables that there are, for one that is not.

    Raises
    ------
    DataError
        For whatever the driver raises.
    """
    from adbc_driver_manager import Error  # noqa: PLC0415 - an extra

    try:
        yield
    except (Error, pa.ArrowException, OSError) as error:
        said = _shorten(address.scrub(str(error)))
        state = getattr(error, "sqlstate", None) or ((found := _STATE.search(str(error))) and found[1]) or ""
        kind = next(kind for kind in _KINDS if kind.fits(said, state))
        expected, hint = (text.format(timeout=f"{options.timeout:,}") for text in (kind.expected, kind.hint))
        if kind.expected == _MISSING:
            known: list[str] = []
            with suppress(Error, pa.ArrowException, OSError):
                known = list_tables()
            named = _NAMED.search(said)
            asked = options.table or (next(filter(None, named.groups())) if named else "")
            hint = did_you_mean(asked, known) or _list(known)
        raise DataError(Problem(address.place, "source.database", expected, said, hint)) from None


def _shorten(message: str) -> str:
    """Return what the server said, without what the driver adds before and behind it."""
    text = re.split(r"\n\s*(?:Query was|query|LINE \d+)\b", message)[0]
    text = re.split(r"(?:ERROR|FATAL):\s+", text)[-1]
    text = re.sub(r"^(?:[A-Z_]+: )?(?:\[[A-Za-z]+\] )?", "", _STATE.sub("", text))
    text = re.sub(r"^(?:Failed to \w+(?: \w+)?|failed to connect):? ", "", text)
    return " ".join(text.split()).strip(" .")[:300] or "no answer"


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of trouble: SQLSTATEs that begin so, or words that the message has; and what is told of it."""

    states: tuple[str, ...]
    words: str
    expected: str
    hint: str

    def fits(self, said: str, state: str) -> bool:
        return any(state.startswith(known) for known in self.states) or re.search(self.words, said, re.I) is not None


_NAMED = re.compile(r'relation "([^"]+)"|no such table: (\S+)|Table with name (\S+)')
_MISSING = "tables that are there"
_KINDS = (
    _Kind(
        ("28",),
        "authentication failed|no password supplied",
        "a login that the database accepts",
        "Check user and password in the address.",
    ),
    _Kind(
        ("3D000",), r"database \S+ does not exist", "a database that is there", "Check the last part of the address."
    ),
    _Kind(
        ("42501",),
        "permission denied",
        "a role that may read the order lines",
        "Ask for it: GRANT SELECT ON … TO ….",
    ),
    _Kind(
        (),
        "statement timeout",
        "an answer within {timeout} seconds",
        "Give it more with 'source: {{database: {{timeout: …}}}}'.",
    ),
    _Kind(
        ("55P03",),
        "lock timeout|database (?:table )?is locked",
        "a table that is not locked for longer than {timeout} seconds",
        "Run again when whatever writes there has ended.",
    ),
    _Kind(
        (),
        "could not set lock|conflicting lock",
        "a file that nobody has open to write in it",
        "Run again when whatever writes there has ended.",
    ),
    _Kind(
        ("57P", "08003", "08006", "08007"),
        "closed the connection|could not receive|connection (?:to server )?(?:was )?(?:lost|reset|not open)|"
        "broken pipe|no connection to the server|SSL SYSCALL|SSL connection has been closed|terminating connection",
        "a connection that lasts",
        "Nothing was made of what had come; run again.",
    ),
    _Kind(("42P01", "3F000"), _NAMED.pattern, _MISSING, ""),
    _Kind(
        ("42883", "42804"),
        "operator does not exist|cannot compare values|could not convert string|invalid timestamp|invalid date",
        "a column of dates or timestamps to fetch by",
        "Turn it into one in a 'query', such as: WHERE CAST(ordered_at AS timestamp) >= {{{{ first_day }}}}.",
    ),
    _Kind(("42703",), "no such column", "columns that are there", "Check 'dated_by', or the query."),
    _Kind(
        ("08P01", "42P18", "42P02"),
        "bind message supplies|data type of parameter|there is no parameter|parameter mismatch",
        "parameters that stand where a value can",
        "Write {{{{ first_day }}}} without quotation marks around it.",
    ),
    _Kind(
        ("08",),
        "could not translate|connection refused|timeout expired|no route|unreachable|certificate|SSL was required|"
        "does not support SSL|connection to server|could not connect|failed to connect",
        "a database that can be reached",
        "Check the address, the network, and 'sslmode' in it.",
    ),
    _Kind(("",), "", "an answer of the database", "Try the same query with the database's own client."),
)


def _list(known: list[str]) -> str:
    return f"There are: {', '.join(sorted(known)[:20])}." if known else "Is the schema named too, as in 'shop.lines'?"

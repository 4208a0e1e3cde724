"""Options of a database that has the order lines: which one, which table or query, and how much of it is fetched."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from reportgen.config.section import Section, Window


def is_address(stated: str) -> bool:
    """Tell an address, which may hold a password, from the name of a variable or file that holds one."""
    return re.search(r":/|@", stated) is not None


class DatabaseOptions(Section):
    """A database that has the order lines."""

    uri_env: str | None = None
    """Environment variable that holds the database's address, such as `postgresql://reader@db.example/shop`,
    `sqlite:///shop.db` or `duckdb:///shop.duckdb`, with its password where it has one."""
    uri_file: str | None = None
    """File whose first line is the address, relative to this config, instead of a variable."""
    table: str | None = None
    """Table or view with the order lines, such as `order_lines` or `shop.order_lines`, spelled as the database has
    it."""
    query: str | None = None
    """File with a query that gives the order lines, relative to this config, instead of a table. In it
    `{{ first_day }}` and `{{ end }}` stand for the first day that the report needs and the day after the last one, as
    bound parameters."""
    dated_by: str | None = None
    """Column of dates of the table by which the database picks the lines that the report needs; without it all lines
    are fetched."""
    before_window: Window = 12
    """How many months before the `window` are fetched too where `dated_by` or `{{ first_day }}` says which lines:
    `all`, or such as `24 months`. Twelve are enough for the same months of the year before; who ordered only before
    that counts as new when they come back."""
    partition_by: str | None = None
    """Column of whole numbers by whose ranges the lines are fetched over several connections at a time, all of them
    from one snapshot; PostgreSQL alone."""
    timeout: Annotated[int, Field(ge=1, le=86_400)] = 900
    """Seconds that a statement may take, and that is waited for a lock."""

    @property
    def place(self) -> str:
        """What messages and archives call it, without any secret."""
        stated = f"${self.uri_env}" if self.uri_env is not None else str(self.uri_file)
        named = "that the config holds itself" if is_address(stated) else stated
        what = f"table {self.table}" if self.table is not None else f"query {Path(str(self.query)).name}"
        return f"database {named}, {what}"

    @model_validator(mode="after")
    def _check_one_of_each(self) -> Self:
        if (self.uri_env is None) == (self.uri_file is None):
            raise ValueError("either 'uri_env' or 'uri_file', which tells where the address stands")
        if (self.table is None) == (self.query is None):
            raise ValueError("either 'table' or 'query'")
        if self.dated_by is not None and self.table is None:
            raise ValueError("'dated_by' with a 'table'; a query says it with {{ first_day }} itself")
        return self

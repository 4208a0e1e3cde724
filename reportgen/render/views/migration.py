"""What the table of where customers went shows."""

from __future__ import annotations

from dataclasses import dataclass

from reportgen.model.change import Migration, Place
from reportgen.render.views.parts import Medium
from reportgen.text.formats import Formats

_WIDE_TARGETS, _MOST_NAMED = 4, 6
"""Columns above which the table takes the whole width, and above which paper has no room for names."""


@dataclass(frozen=True, slots=True)
class PlaceLabel:
    """A segment, or those outside all segments; `colour` is None for these."""

    name: str
    colour: int | None


@dataclass(frozen=True, slots=True)
class MoveCell:
    """The customers of a row in a column; `sales` is None where there is no room or nobody."""

    customers: str
    sales: str | None
    is_move: bool


@dataclass(frozen=True, slots=True)
class MigrationRow:
    """Where the customers of a segment, or those outside all of them, went; `number` is that of its column on paper."""

    place: PlaceLabel
    number: int | None
    cells: tuple[MoveCell, ...]
    total: str


@dataclass(frozen=True, slots=True)
class MigrationTable:
    """Where customers went.

    Attributes
    ----------
    headings : tuple of str
        Of the columns: names, or numbers where paper has no room for them.
    is_wide : bool
        Whether it takes the whole width.
    is_numbered : bool
        Whether the columns are numbered, and cells hold customers alone.
    rows : tuple of MigrationRow
        The previous report's segments.
    totals : tuple of str
        Of the columns.
    """

    headings: tuple[str, ...]
    is_wide: bool
    is_numbered: bool
    rows: tuple[MigrationRow, ...]
    totals: tuple[str, ...]


def table_migration(migration: Migration, formats: Formats, medium: Medium) -> MigrationTable:
    """Make the table of where customers went; paper has no room for many names."""
    targets = migration.targets
    is_numbered = medium == "print" and len(targets) > _MOST_NAMED
    cells = {(move.origin, move.target): move for move in migration.moves}
    numbers = {_place_key(place): n for n, place in enumerate(targets, 1)}

    def cell(row: int, column: int) -> MoveCell:
        move = cells.get((row, column))
        if move is None:
            return MoveCell(formats.count(0), None, is_move=False)
        sales = move.sales_before if targets[column].kind == "left" else move.sales_now
        shown = None if is_numbered else formats.money(sales)
        return MoveCell(formats.count(move.customers), shown, is_move=not move.is_stay)

    return MigrationTable(
        headings=tuple(
            str(n) if is_numbered and place.kind == "segment" else place.name for n, place in enumerate(targets, 1)
        ),
        is_wide=len(targets) > _WIDE_TARGETS,
        is_numbered=is_numbered,
        rows=tuple(
            MigrationRow(
                place=PlaceLabel(place.name, place.colour),
                number=numbers.get(_place_key(place)) if is_numbered else None,
                cells=tuple(cell(row, column) for column in range(len(targets))),
                total=formats.count(place.customers),
            )
            for row, place in enumerate(migration.origins)
        ),
        totals=tuple(formats.count(place.customers) for place in targets),
    )


def _place_key(place: Place) -> str:
    return place.kind if place.identity is None else place.identity.key

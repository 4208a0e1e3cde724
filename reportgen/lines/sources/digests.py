"""Tells one input from another: what the lines add up to, whatever their order or the format of the file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import narwhals as nw

from reportgen import columns as c
from reportgen.lines.engine.base import Engine
from reportgen.lines.sources.malformed import MalformedLines

_TEXTS = (c.ORDER_ID, c.CUSTOMER_ID, c.PRODUCT_ID, c.PRODUCT_NAME, c.STORE)
_CONTENT = (*_TEXTS, c.ORDERED_AT, c.QUANTITY, c.AMOUNT, "unreadable_date", "unreadable_number")
_MODULUS = 2**128
_MONTH = "month"
_THOUSANDTH = 1_000
"""Quantities are in millionths."""


@dataclass(frozen=True, slots=True)
class Digests:
    """Lines and their digests added up, by store and month.

    Attributes
    ----------
    by_store : mapping
        By store (None: lines that carry none) and month ``YYYY-MM`` (None: lines without a readable date): how many
        lines, and the sum of their digests modulo 2**128.
    malformed : str
        Digest of the lines that never became order lines.
    malformed_lines : int
        How many they are.
    """

    by_store: Mapping[str | None, Mapping[str | None, tuple[int, int]]]
    malformed: str
    malformed_lines: int

    def fingerprint(self, month: str, stores: Sequence[str | None] | None = None) -> str:
        """Return 32 hex digits for the lines up to the end of a month, those without a date included.

        Parameters
        ----------
        month : str
            ``YYYY-MM``; later lines change nothing.
        stores : sequence of str, optional
            Only their lines; without it all lines, the malformed included.
        """
        seen = [counted for at, counted in self._months(stores) if at is None or at <= month]
        count, total = sum(n for n, _ in seen), sum(digest for _, digest in seen) % _MODULUS
        text = f"{count} {total:032x} {self.malformed if stores is None else ''}"
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    def marks(self, stores: Sequence[str | None] | None = None) -> dict[str, tuple[int, str]]:
        """Return the lines of each calendar month and a digest of them, so that a corrected month can be told."""
        sums: dict[str, tuple[int, int]] = {}
        for at, (count, total) in self._months(stores):
            if at is not None:
                lines, digest = sums.get(at, (0, 0))
                sums[at] = (lines + count, (digest + total) % _MODULUS)
        return {month: (lines, f"{total:032x}"[:16]) for month, (lines, total) in sorted(sums.items())}

    def since(self, month: str | None) -> Digests:
        """Return those of the lines from a month on, and of those without a date; None: of all."""
        if month is None:
            return self
        later = {
            store: {at: counted for at, counted in months.items() if at is None or at >= month}
            for store, months in self.by_store.items()
        }
        return Digests(later, self.malformed, self.malformed_lines)

    def lines_until(self, month: str, stores: Sequence[str | None] | None = None) -> int:
        """Count the lines that `fingerprint` is made of."""
        seen = sum(n for at, (n, _) in self._months(stores) if at is None or at <= month)
        return seen + (self.malformed_lines if stores is None else 0)

    def later_lines(self, month: str, stores: Sequence[str | None] | None = None) -> int:
        """Count the lines after a month, which its report does not see."""
        return sum(n for at, (n, _) in self._months(stores) if at is not None and at > month)

    def _months(self, stores: Sequence[str | None] | None) -> Iterator[tuple[str | None, tuple[int, int]]]:
        for store, months in self.by_store.items():
            if stores is None or store in stores:
                yield from months.items()

    def lines_of(self, store: str | None) -> int:
        """Count the lines of a store; None: the lines that carry none."""
        return sum(n for n, _ in self.by_store.get(store, {}).values())


def digest_lines(engine: Engine, table: str, malformed: MalformedLines, *, has_choice: bool = False) -> Digests:
    """Add up a digest of each line modulo 2**128: a multiset hash, so that the order of lines does not matter.

    It may run in a thread of its own, beside other work on the same engine.

    Parameters
    ----------
    engine : Engine
        Where the lines are.
    table : str
        Of typed lines.
    malformed : MalformedLines
        Lines that never became order lines.
    has_choice : bool
        Whether the values of other columns decide about lines; then what they decide is part of the content.
    """
    beside = engine.beside()
    month = nw.col(c.ORDERED_AT).dt.truncate("1mo").alias(_MONTH)
    content = (*_CONTENT, c.LEFT_OUT) if has_choice else _CONTENT
    texts = [nw.coalesce(_text_of(name), nw.lit("")).alias(f"text_{name}") for name in content]
    by_store: dict[str | None, dict[str | None, tuple[int, int]]] = {}
    lines = beside.lazy(table).select(c.STORE, month, *texts)
    for store, at, count, total in beside.sum_digests(lines, [c.STORE, _MONTH]):
        by_store.setdefault(store, {})[None if at is None else f"{at:%Y-%m}"] = (count, total)
    return Digests(by_store, malformed.digest, malformed.count)


def _text_of(name: str) -> nw.Expr:
    """Write a column's values as texts: quantities in thousandths, as they once were, so that ids stay the same."""
    text = nw.col(name).cast(nw.String)
    if name != c.QUANTITY:
        return text
    in_thousandths = nw.col(name) % _THOUSANDTH == 0
    whole = (nw.col(name) // _THOUSANDTH).cast(nw.String)
    return nw.when(in_thousandths).then(whole).otherwise(nw.concat_str(text, nw.lit("e-6")))

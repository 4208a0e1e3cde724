"""Checks whether a customer is one person, and the same under each spelling of the id."""

from __future__ import annotations

import re
from collections.abc import Iterator

import narwhals as nw
import pandas as pd

from reportgen import columns as c
from reportgen.lines.checks.seen import COUNT, SHORTENED, Seen, sum_up
from reportgen.model.customers import money_of
from reportgen.model.warnings import SourceWarning, WarningCode

_COLLECTIVE = frozenset(
    re.split(
        r"\|",
        "guest|guests|guest customer|guest checkout|walk-in|walk in|walkin|walk-in customer|walk in customer|cash|"
        "cash sale|cash customer|cash sales|counter|counter sale|counter sales|till|pos|pos customer|retail|"
        "retail customer|anonymous|anonymous customer|anon|unknown|unknown customer|no customer|not set|undefined|"
        "default|default customer|customer|general|general customer|various|misc|miscellaneous|test|n.a.|na|-|--|---|"
        ".|..|?|x|xx|xxx|0|00|000|0000|00000|000000|-1|9999|99999|999999|9999999|gast|gastkunde|laufkundschaft|"
        "laufkunde|barverkauf|barkunde|bar|kasse|kassenkunde|unbekannt|anonym|diverse|diverser|sammelkunde|kunde|"
        "ohne|ohne kunde|invité|invite|client|client divers|client comptoir|comptoir|client de passage|passage|"
        "anonyme|inconnu|divers|invitado|cliente|cliente general|público general|publico general|consumidor final|"
        "mostrador|anónimo|anonimo|desconocido|varios|ospite|cliente generico|banco|contanti|sconosciuto|gast klant|"
        "losse verkoop|contant|balie|onbekend|kontant|kontantkund|gäst|okänd|gość|klient|paragon|nieznany",
    )
)
"""Ids, in small letters, that tills and shops book everybody under whom they do not know."""
_DOMINANT_SHARE, _DOMINANT_TIMES, _DOMINANT_AMONG = 0.25, 5, 20
"""Share of the lines above which one customer stands out, how many times the next one's lines it must be, and among how
many customers."""


def check_customers(seen: Seen) -> Iterator[SourceWarning]:
    """Find what is doubtful of customers' ids."""
    ids = seen.by_customer[c.CUSTOMER_ID].astype(str)
    shortened = ids[ids.str.match(SHORTENED)]
    if len(shortened):
        yield _of_ids(seen, "shortened_ids", list(shortened), examples=list(shortened[:2]))
    collective = ids[ids.str.casefold().str.strip(" '\"=").isin(_COLLECTIVE)]
    if len(collective):
        yield _of_ids(seen, "collective_customer", list(collective), examples=list(collective))
    elif dominant := _dominant(seen.by_customer):
        yield _of_ids(seen, "dominant_customer", [dominant])
    if seen.cleansing.alike_customers == "keep":
        yield from _alike(seen, ids)


def _of_ids(seen: Seen, code: WarningCode, ids: list[str], examples: list[str] | None = None) -> SourceWarning:
    lines, amount = sum_up(seen.kept.filter(nw.col(c.CUSTOMER_ID).is_in(ids)))
    is_about_people = code == "shortened_ids"
    return seen.warn(
        code,
        "customers" if is_about_people else "sales",
        lines=lines,
        amount=amount,
        concerned=len(ids) if is_about_people else money_of(amount),
        otherwise=None if is_about_people else seen.sales - money_of(amount),
        examples=examples or (),
    )


def _dominant(by_customer: pd.DataFrame) -> str | None:
    """Return the id of a customer with far more lines than any other; None where there is none."""
    if len(by_customer) < _DOMINANT_AMONG:
        return None
    largest = by_customer.nlargest(2, COUNT)
    first, second = (int(n) for n in largest[COUNT])
    stands_out = first > _DOMINANT_SHARE * by_customer[COUNT].sum() and first > _DOMINANT_TIMES * second
    return str(largest[c.CUSTOMER_ID].iloc[0]) if stands_out else None


def _alike(seen: Seen, ids: pd.Series[str]) -> Iterator[SourceWarning]:
    """Tell of ids that would be one without capital letters and leading zeros."""
    bare = ids.str.casefold().str.replace(r"^0+(?=\d)", "", regex=True).str.split().str.join(" ")
    is_alike = bare.duplicated(keep=False)
    if not is_alike.any():
        return
    in_small = ids.str.casefold()
    # what differs still when capital letters do not count differs in zeros
    has_zeros = bool((in_small[is_alike] != bare[is_alike]).any())
    has_letters = bool((in_small[is_alike] != ids[is_alike]).any())
    lines, amount = sum_up(seen.kept.filter(nw.col(c.CUSTOMER_ID).is_in(list(ids[is_alike]))))
    yield seen.warn(
        "alike_customers",
        "customers",
        lines=lines,
        amount=amount,
        concerned=int(bare.duplicated().sum()),
        otherwise=int(bare.nunique()),
        examples=[name for name, is_met in (("zeros", has_zeros), ("letters", has_letters)) if is_met],
    )

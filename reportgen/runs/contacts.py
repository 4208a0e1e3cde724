"""Reads how customers can be written to, for the one file that is handed to a mailing tool; nothing of it is kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import narwhals as nw
import pandas as pd

from reportgen import columns as c
from reportgen.config.options import Options
from reportgen.lines.engine.compute import collect
from reportgen.lines.sources.open import open_source
from reportgen.text.formats import Formats

_ADDRESS = re.compile(r"[^@\s=][^@\s]*@[^@\s]+\.[^@\s]+")
UNKNOWN = "unknown"


_AGREED = {"yes", "y", "true", "1", "on", "subscribed", "opted in", "ja", "oui", "sí", "si", "sim"}
"""What says in a source that a customer agreed; every other word is taken for none."""


@dataclass(frozen=True, slots=True)
class Contact:
    """How a customer can be written to.

    Attributes
    ----------
    email : str
        As it stands in the source.
    consent : str
        Whether they agreed, as the source says it; ``unknown`` where it does not.
    """

    email: str
    consent: str


def read_contacts(options: Options) -> Mapping[str, Contact]:
    """Read the address of each customer, and their consent, as their latest lines that tell it do.

    Of lines of one moment the word that goes least far counts.

    The source is read once more, with the headings of both in the place of the product's name and code.

    Parameters
    ----------
    options : Options
        The config; where it names no column of addresses, ids that are addresses are taken for such.

    Returns
    -------
    mapping
        By customer id; customers without an address are left out.

    Raises
    ------
    ReportgenError
        When the source cannot be read, or has no such column.
    """
    headings = {"product_name": options.audiences.email, "product_id": options.audiences.consent}
    columns = options.columns.model_copy(update=headings)
    columns.model_fields_set.update(headings)
    signs = Formats(options.locale, options.currency).currency_signs
    opened = open_source(options.source, columns, signs, options.timezone, options.locale, cleansing=options.cleansing)
    with opened as source:
        lines = source.lines.frame.filter(~nw.col(c.CUSTOMER_ID).is_null())
        told = collect(lines.select(c.CUSTOMER_ID, c.ORDERED_AT, c.PRODUCT_NAME, c.PRODUCT_ID).unique())
    told = told.assign(id=told[c.CUSTOMER_ID].astype(str), caution=told[c.PRODUCT_ID].map(rank_consent, "ignore"))
    by_address = told.sort_values([c.ORDERED_AT, c.PRODUCT_NAME])
    by_consent = told.sort_values([c.ORDERED_AT, "caution", c.PRODUCT_ID], ascending=[True, False, True])
    addresses = by_address["id"] if options.audiences.email is None else by_address[c.PRODUCT_NAME]
    emails = _take_last(by_address["id"], addresses)
    consents = _take_last(by_consent["id"], by_consent[c.PRODUCT_ID])
    return {
        customer: Contact(email, consents.get(customer, UNKNOWN))
        for customer, email in emails.items()
        if _ADDRESS.fullmatch(email)
    }


def rank_consent(said: str) -> int:
    """Rank what a source says of consent by how far it goes: 0 no agreement, 1 nothing is known, 2 agreed."""
    if said == UNKNOWN:
        return 1
    return 2 if said.strip().casefold() in _AGREED else 0


def _take_last(ids: pd.Series, values: pd.Series) -> dict[str, str]:
    """Take the last value of each customer; those without any are left out."""
    known = values.notna()
    return dict(zip(ids[known], values[known].astype(str).str.strip(), strict=True))

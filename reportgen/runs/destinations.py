"""Writes whom an action writes to as a mailing tool takes it: the treated alone, with the headings that it knows."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from reportgen.archive.lists import name_customers
from reportgen.model.trials import HOLD, TREAT, MarkedTrial
from reportgen.runs.contacts import UNKNOWN, Contact, rank_consent
from reportgen.text.spreadsheet import guard


@dataclass(frozen=True, slots=True)
class Destination:
    """What a mailing tool takes.

    Attributes
    ----------
    headings : tuple of str
        In its words, the address first.
    row : callable
        Makes a customer's row.
    takes_consent : bool
        Whether it is told who agreed; where it is not, those of whom the source tells something else are left out.
    """

    headings: tuple[str, ...]
    row: Callable[[Contact], Sequence[str]]
    takes_consent: bool


def _hash(contact: Contact) -> Sequence[str]:
    return (hashlib.sha256(contact.email.lower().encode()).hexdigest(),)


def _with_consent(contact: Contact) -> Sequence[str]:
    return contact.email, guard(contact.consent)


DESTINATIONS: Mapping[str, Destination] = {
    "klaviyo": Destination(("Email", "Email Marketing Consent"), _with_consent, takes_consent=True),
    "google": Destination(("Email",), _hash, takes_consent=False),
    "mailchimp": Destination(("Email Address", "Consent at source"), _with_consent, takes_consent=True),
}
"""Headings: help.klaviyo.com 115005078967; support.google.com/google-ads 7659867, whose addresses are trimmed, in small
letters and hashed by SHA-256; mailchimp.com/help, format guidelines for an import."""


@dataclass(frozen=True, slots=True)
class Exported:
    """A file for a mailing tool.

    Attributes
    ----------
    content : bytes
        UTF-8, one row for each address.
    written : int
        How many those are.
    without_address : int
        Customers to write to of whom the source has none.
    held : int
        Addresses left out as a customer who is held back has them too.
    refused : int
        Addresses left out, as the tool takes no consent and the source does not say that they agreed.
    unknown : int
        Of those written, whose consent the source does not tell.
    """

    content: bytes
    written: int
    without_address: int
    held: int
    refused: int
    unknown: int


def write_for(destination: str, listed: MarkedTrial, contacts: Mapping[str, Contact]) -> Exported:
    """Write whom an action writes to for a mailing tool; who is held back is not in it.

    Parameters
    ----------
    destination : str
        One of `DESTINATIONS`.
    listed : MarkedTrial
        The action, with its list.
    contacts : mapping
        From `read_contacts`, by customer id.
    """
    tool = DESTINATIONS[destination]
    named = dict(zip(name_customers(contacts, listed.ids), contacts.values(), strict=True))
    arms = listed.arms or {}
    treated = [name for name, arm in arms.items() if arm == TREAT]
    away = {named[name].email.casefold() for name, arm in arms.items() if arm == HOLD and name in named}
    reached: dict[str, Contact] = {}
    for name in sorted(treated):
        if name in named:
            contact = named[name]
            other = reached.setdefault(contact.email.casefold(), contact)
            reached[contact.email.casefold()] = min(other, contact, key=lambda each: rank_consent(each.consent))
    free = {address: contact for address, contact in reached.items() if address not in away}
    found = [free[address] for address in sorted(free) if tool.takes_consent or rank_consent(free[address].consent)]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(tool.headings)
    writer.writerows(tool.row(contact) for contact in found)
    return Exported(
        content=out.getvalue().encode(),
        written=len(found),
        without_address=sum(name not in named for name in treated),
        held=len(reached) - len(free),
        refused=len(free) - len(found),
        unknown=sum(contact.consent == UNKNOWN for contact in found),
    )

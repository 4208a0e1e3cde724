"""Which signs and codes beside an amount mean a currency."""

from __future__ import annotations

from collections.abc import Sequence

from babel.numbers import is_currency

_FAMILIES = {
    "£": ("GBP", "EGP", "FKP", "GIP", "LBP", "SHP", "SYP"),
    "$": ("USD", "ARS", "AUD", "BRL", "CAD", "CLP", "COP", "HKD", "MXN", "NZD", "SGD", "TWD", "UYU"),
    "€": ("EUR",),
    "¥": ("JPY", "CNY"),
    "₹": ("INR",),
}
"""Signs that stand for a currency, and the currencies that each may mean."""


def names_of(currency: str) -> tuple[str, ...]:
    """List what may stand beside an amount in a currency: its ISO 4217 code, and the sign it shares with others."""
    return (currency, *(sign for sign, codes in _FAMILIES.items() if currency in codes))


def is_same(one: str, other: str) -> bool:
    """Tell whether two signs or codes may mean one currency."""
    codes = [set(_FAMILIES.get(text, ())) | {text} for text in (one, other)]
    return not codes[0].isdisjoint(codes[1])


def currency_of(found: Sequence[str]) -> str | None:
    """Tell the ISO 4217 code of signs or codes that were met, the most frequent first; None where they leave it open.

    A sign that several currencies share means the first of them.
    """
    for text in found:
        code = text.upper()
        if code in _FAMILIES:
            return _FAMILIES[code][0]
        if is_currency(code):
            return code
    return None

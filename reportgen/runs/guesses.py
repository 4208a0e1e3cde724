"""Guesses which column of an export is which, by its heading and by what stands in it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

import yaml

from reportgen import columns as c
from reportgen.resources import shipped_folder

_FILE = "exports/headings.yaml"
_TIME = ("time", "order time", "uhrzeit", "zeit", "heure", "hora", "ora", "tijd", "godzina")
_MONTHS = r"[a-zà-ÿ]{3,}\.?"
_DATE = re.compile(
    rf"(?i)^\s*(?:\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}|\d{{1,2}}[-/.]\d{{1,2}}[-/.]\d{{2,4}}|"
    rf"\d{{1,2}}[- ]{_MONTHS}[- ]\d{{2,4}}|"
    rf"{_MONTHS} \d{{1,2}}, ?\d{{4}}|(?:19|20)\d{{6}}$)"
)
_SERIAL = re.compile(r"^[2-5]\d{4}(?:[.,]\d+)?$")
"""Days since the end of 1899, as a spreadsheet counts them: those of the years 1954 to 2064."""
_NUMBER = re.compile(r"^[-+(]?\s*\D{0,4}\s*[-+]?\d[\d.,' \u00a0\u202f]*\s*\D{0,4}\)?$")
_MOST = 0.9
_PERSONS_NAME = re.compile(r"(?i)name|billing|shipping")


@cache
def load_headings() -> Mapping[str, Sequence[str]]:
    """Load what headings are called, by our name of the column."""
    stated: dict[str, list[str]] = yaml.safe_load((shipped_folder("configs") / _FILE).read_text(encoding="utf-8"))
    return stated


def guess_columns(sample: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Guess the heading of each of our columns; one that nothing fits is not in the answer.

    Parameters
    ----------
    sample : mapping
        By heading: texts from the first lines, empty ones left out.

    Returns
    -------
    dict
        By our name; a date may have a second heading, for the time.
    """
    called_dates = load_headings()[c.ORDERED_AT]
    dates = {heading for heading, texts in sample.items() if _are(texts, _DATE)}
    dates |= {heading for heading in sample if _are(sample[heading], _SERIAL) and _rank(heading, called_dates) < 100}
    numbers = {heading for heading, texts in sample.items() if _are(texts, _NUMBER) and heading not in dates}
    wanted = {
        c.ORDERED_AT: dates,
        c.QUANTITY: numbers,
        c.UNIT_PRICE: numbers,
        c.AMOUNT: numbers,
    }
    found: dict[str, tuple[str, ...]] = {}
    taken: set[str] = set()
    for name, called in load_headings().items():
        among = [heading for heading in sample if heading not in taken and heading in wanted.get(name, sample.keys())]
        if name not in wanted:
            among = [heading for heading in among if heading not in dates]
        ranked = sorted(among, key=lambda heading: _rank(heading, called))
        if ranked and _rank(ranked[0], called) < _NOT_CALLED:
            found[name] = (ranked[0],)
            taken.add(ranked[0])
    if c.ORDERED_AT not in found and dates:
        found[c.ORDERED_AT] = (next(heading for heading in sample if heading in dates),)
    if c.CUSTOMER_ID not in found:
        mails = [
            heading for heading, texts in sample.items() if texts and sum("@" in t for t in texts) > len(texts) / 2
        ]
        found |= {c.CUSTOMER_ID: (mails[0],)} if mails else {}
    return _without_excess(_with_time(found, sample))


_NOT_CALLED = 10_000


def _rank(heading: str, called: Sequence[str]) -> int:
    """Return how well a heading fits, the least the best: called so, or holding those words."""
    plain = re.sub(r"[_\s-]+", " ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", heading)).casefold().strip(" :*")
    plain = plain.replace(" nr.", "nr").replace("nr.", "nr")
    forms = [re.sub(r"[_\s-]+", " ", word) for word in called]
    if plain in forms:
        return forms.index(plain)
    if plain.replace(" ", "") in [form.replace(" ", "") for form in forms]:
        return 100 + [form.replace(" ", "") for form in forms].index(plain.replace(" ", ""))
    penalty = 500 if _PERSONS_NAME.search(plain) else 0
    within = [n for n, form in enumerate(forms) if len(form) > 3 and re.search(rf"\b{re.escape(form)}\b", plain)]
    return 1_000 + penalty + within[0] if within else _NOT_CALLED


def _are(texts: Sequence[str], pattern: re.Pattern[str]) -> bool:
    return bool(texts) and sum(pattern.match(text) is not None for text in texts) >= _MOST * len(texts)


def _with_time(found: dict[str, tuple[str, ...]], sample: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Add a column of times to dates that have none."""
    if c.ORDERED_AT not in found or any(":" in text for text in sample[found[c.ORDERED_AT][0]]):
        return found
    times = [heading for heading in sample if heading.casefold() in _TIME and any(":" in t for t in sample[heading])]
    return found | ({c.ORDERED_AT: (*found[c.ORDERED_AT], times[0])} if times else {})


def _without_excess(found: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Leave out the money of the line where quantity and price tell it, and a price that has no quantity."""
    has_both = c.QUANTITY in found and c.UNIT_PRICE in found
    dropped = {c.AMOUNT} if has_both else {c.UNIT_PRICE} if c.AMOUNT in found else set()
    return {name: headings for name, headings in found.items() if name not in dropped}

"""Finds columns that the config does not name and that may speak against a line: its order's state, its currency."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from typing import Literal

from reportgen.lines.engine.sql import quote_name, quote_text

StateKind = Literal["undone", "refund"]

_UNDONE = """
cancel cancelled canceled cancelling void voided failed failure declined rejected expired pending unpaid draft quote
quotation
on hold|pending payment|payment pending|awaiting payment|payment failed|wc cancelled|wc failed|wc pending|wc on hold|
authorized|authorised|aborted|abandoned|not paid|open|test|
storniert|storno|annulliert|abgebrochen|fehlgeschlagen|abgelehnt|ausstehend|offen|unbezahlt|entwurf|angebot|
annule|annulé|annulée|annulee|echoue|échoué|échouée|en attente|brouillon|devis|impayé|
cancelado|cancelada|anulado|anulada|fallido|fallida|pendiente|rechazado|borrador|
annullato|annullata|fallito|fallita|in attesa|bozza|
geannuleerd|mislukt|in behandeling|concept|anulowane|anulowano|nieudane|oczekujące|
avbruten|annullert|annulleret|peruutettu
"""
_REFUND = """
refund refunded return returned reversal reversed chargeback credit
credit note|creditnote|credit memo|credit invoice|partially refunded|wc refunded|
gutschrift|erstattet|erstattung|rückerstattet|retoure|rückgabe|
remboursé|rembourse|remboursée|remboursement|avoir|note de crédit|retour|
reembolsado|reembolso|devolución|devolucion|nota de crédito|abono|
rimborsato|rimborso|nota di credito|reso|terugbetaald|creditnota|zwrot|faktura korygująca
"""
_DOUBTFUL = (
    "open",
    "test",
    "return",
    "returned",
    "credit",
    "concept",
    "offen",
    "retour",
    "angebot",
    "quote",
    "draft",
    "offer",
)
"""Words that mean something else in columns of another kind: paid by credit, a test product."""
_HEADING = re.compile(
    r"(?i)status|state$|zustand|statut|état|etat|estado|stato|type$|typ$|art$|kind$|cancel|void|storn|annul|anul|refunded|"
    r"belegart|document|event"
)
"""Headings of columns that tell the state or kind of an order."""
_FLAG = re.compile(r"(?i)^(?:is[ _])?(?:cancel|void|storn|annul|anul|refunded at|deleted|geannul)")
"""Headings of columns that speak against a line by being filled at all."""
_UNFLAGGED = (
    "",
    "0",
    "0.0",
    "0.00",
    "no",
    "n",
    "false",
    "nein",
    "non",
    "-",
    "none",
    "null",
    "nan",
    "active",
    "ok",
    "f",
)
_CURRENCY_HEADING = re.compile(
    r"(?i)^(?:.*[ _])?(?:currency|währung|waehrung|devise|moneda|valuta|waluta)(?:[ _]code)?$"
)
_MONEY_HEADING = re.compile(
    r"(?i)^(?!.*(?:%|percent|prozent|code|type|reason|name|date|shipping|delivery|versand)).*"
    r"(?:discount|rabatt|nachlass|remise|réduction|descuento|sconto|korting|refund(?:ed)?[ _]amount|amount[ _]refunded|"
    r"voucher[ _]amount|coupon[ _]amount|erstattet)"
)
"""Headings of columns that hold money taken off a line or an order."""
_MOST = 12
"""Columns beside those of the config up to which all of them are looked at; of more, those with a heading that fits."""


def _words(text: str) -> tuple[str, ...]:
    plain = [word for line in text.splitlines() if "|" not in line for word in line.split()]
    parted = [word.strip() for line in text.splitlines() if "|" in line for word in line.split("|")]
    return tuple(word for word in (*plain, *parted) if word)


UNDONE, REFUND = _words(_UNDONE), _words(_REFUND)


def watched_headings(found: Sequence[str], named: Collection[str]) -> list[str]:
    """List the headings of a file, beside those that the config names, whose values are worth a look."""
    others = [heading for heading in found if heading not in named]
    patterns = (_HEADING, _CURRENCY_HEADING, _MONEY_HEADING)
    fitting = [heading for heading in others if any(pattern.search(heading) for pattern in patterns)]
    return others if len(others) <= _MOST else fitting[: 2 * _MOST]


def is_currency(heading: str) -> bool:
    """Tell whether a heading says that its column holds currencies."""
    return _CURRENCY_HEADING.search(heading) is not None


def is_taken_off(heading: str) -> bool:
    """Tell whether a heading says that its column holds money taken off: a discount, or what was paid back."""
    return _MONEY_HEADING.search(heading) is not None


def kind_of(state: str) -> StateKind:
    """Tell whether a state (``heading: value``) says that nothing was sold, or that money went back."""
    heading, _, value = state.partition(": ")
    return "refund" if _plain(value) in REFUND or re.match("(?i)refund", heading) else "undone"


def _plain(value: str) -> str:
    return re.sub(r"[_-]+", " ", value.strip().lower())


def state_sql(headings: Iterable[str]) -> str:
    """Return SQL of what speaks against a line, as ``heading: value``; null where nothing does."""
    known = (*UNDONE, *REFUND)
    certain = [word for word in known if word not in _DOUBTFUL]
    unflagged = ", ".join(quote_text(word) for word in _UNFLAGGED)
    ways = []
    for heading in headings:
        column = quote_name(heading)
        text = f"lower(trim({column}))"
        said = f"{quote_text(f'{heading}: ')} || trim({column})"
        if _FLAG.search(heading):
            shown = f"CASE WHEN regexp_matches({text}, '[0-9]') THEN '*' ELSE trim({column}) END"  # a date says no more
            ways.append(f"WHEN {text} NOT IN ({unflagged}) THEN {quote_text(f'{heading}: ')} || {shown}")
        elif not is_currency(heading):
            words = ", ".join(quote_text(word) for word in (known if _HEADING.search(heading) else certain))
            ways.append(f"WHEN replace(replace({text}, '_', ' '), '-', ' ') IN ({words}) THEN {said}")
    return f"CASE {' '.join(ways)} END" if ways else "NULL::VARCHAR"

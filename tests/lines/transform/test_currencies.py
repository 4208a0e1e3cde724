"""Signs and codes beside amounts: which currency they mean, and which may be one."""

from __future__ import annotations

import pytest

from reportgen.lines.transform.currencies import currency_of, is_same, names_of


@pytest.mark.parametrize(
    ("found", "code"),
    [(("£",), "GBP"), (("$", "€"), "USD"), (("eur",), "EUR"), (("Stk", "CHF"), "CHF"), ((), None), (("PCS",), None)],
)
def test_the_first_currency_that_was_met_counts(found: tuple[str, ...], code: str | None) -> None:
    """A sign means its first currency, a code itself, another word none."""
    assert currency_of(found) == code


def test_a_sign_may_mean_several_currencies() -> None:
    """Dollars of Canada and of America have one sign, pounds and euros do not."""
    assert is_same("$", "CAD")
    assert is_same("GBP", "£")
    assert not is_same("€", "£")
    assert not is_same("USD", "CAD")
    assert names_of("AUD") == ("AUD", "$")
    assert names_of("CHF") == ("CHF",)

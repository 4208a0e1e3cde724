"""Says what the next step of a segment is, what such customers did unaided, and what it would be worth."""

from __future__ import annotations

from reportgen.model.actions import LEAST_LOOKED_AT, Opportunity, Unaided
from reportgen.model.months import RETURN_DAYS
from reportgen.text.formats import Formats

_STEPS = {"one_more_order": "placed one more order", "bigger_baskets": "raised their orders to {goal}"}
_YEAR = 365
FALLEN = 0.9
"""What the next order must have kept of the average one, at most, for its fall to be said."""


def say_step(sized: Opportunity, share: float, whom: str, formats: Formats) -> str:
    """Say who takes which step: ``If 5% of them (47) placed one more order``."""
    goal = formats.money(sized.basket_goal) if sized.basket_goal is not None else ""
    who = f"{formats.share(share)} of {whom} ({formats.count(sized.customers)})"
    return f"If {f'one of {whom}' if sized.customers == 1 else who} {_STEPS[sized.step].format(goal=goal)}"


def say_next_step(sized: Opportunity, formats: Formats) -> str:
    """Say what such customers did unaided, and what each further hundredth of them would be worth."""
    unaided, within = sized.unaided, f"within {formats.count(RETURN_DAYS)} days"
    if sized.each_percent is None:
        return f"Their next step could bring about {formats.money_in_words(sized.amount)}."
    worth = f"about {formats.money_in_words(sized.each_percent)}{say_step_days(sized, formats)}"
    goal = None if sized.basket_goal is None else formats.money(sized.basket_goal)
    if unaided is None or unaided.customers < LEAST_LOOKED_AT:
        step = "who placed one more order" if goal is None else f"whose orders grew to {goal}"
        return f"Each 1% of them {step} would bring {worth}."
    share = formats.share(unaided.share)
    if goal is None:
        return f"Of customers like them {share} ordered {within} unaided; each further 1% would bring {worth}."
    return (
        f"Of customers like them who ordered {within}, {share} reached {goal} an order unaided; each further 1% would"
        f" bring {worth}."
    )


def say_fall(whom: str, unaided: Unaided, formats: Formats) -> str:
    """Say how far the next order of such customers fell, and that it is reckoned with."""
    before, after = (formats.money(value or 0.0) for value in (unaided.value_before, unaided.value_after))
    return (
        f"The next order is smaller than the average that put them in their group: {whom} of earlier months had spent"
        f" {before} an order and then spent {after}; one more order is reckoned at that much less."
    )


def has_fallen(unaided: Unaided | None) -> bool:
    """Tell whether enough customers took the step of one more order, and their orders fell clearly."""
    if unaided is None or unaided.took < LEAST_LOOKED_AT or not unaided.value_before:
        return False
    return (unaided.value_after or 0.0) <= FALLEN * unaided.value_before


def say_step_days(sized: Opportunity, formats: Formats) -> str:
    """Say which time a step's money is of; one more order is not one of each so many days."""
    is_known = sized.basket_goal is not None or sized.days is None or sized.days >= _YEAR
    return say_days(sized.days, formats, "a year") if is_known else ""


def say_days(days: int | None, formats: Formats, year: str = "in twelve months") -> str:
    """Say which time a sum of money is of, with a space before it; nothing where that is the whole window."""
    if days is None:
        return ""
    return f" {year}" if days >= _YEAR else f" in {formats.count(days)} days"

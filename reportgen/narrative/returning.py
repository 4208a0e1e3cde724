"""Says when customers come back, where most are lost, and what the buyers of some first products do next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reportgen.model.actions import LEAST_LOOKED_AT
from reportgen.model.facts import Facts, SegmentFacts
from reportgen.model.months import RETURN_DAYS
from reportgen.model.returning import FirstProduct, FirstProducts, OrderStep
from reportgen.narrative.sentences import say_count, say_list, say_product, the
from reportgen.text.formats import ORDINALS, Formats

_MOST_PRODUCTS = 2


def write_returning(facts: Facts, formats: Formats) -> tuple[str, ...]:
    """Write when customers come back; empty where nothing of it is known."""
    returning = facts.returning
    return (
        *_say_steps(returning.steps, formats),
        *_say_when(returning.steps, formats),
        *_say_segments(facts.segments, formats),
        *_say_products(returning.first_products, formats),
    )


def _say_steps(steps: Sequence[OrderStep], formats: Formats) -> Iterator[str]:
    """Say how many go on from the first order, how many from the next, and where most are lost."""
    if not steps or not steps[0].times.within:
        return
    first, share = steps[0].times, steps[0].times.within[-1]
    yield (
        f"Within {share.days} days of their first order {formats.share(share.share)} of customers order a second time"
        f" (95% interval {formats.share(share.low)} to {formats.share(share.high)}, from"
        f" {say_count(first.customers, 'customer', formats)}; whose {share.days} days are not over counts as far as"
        " they go)."
    )
    later = [(step, each) for step in steps[1:] if (each := step.times.find(share.days)) is not None]
    if not later:
        return
    parts = [f"the {ORDINALS[step.order - 1]} {formats.share(each.share)}" for step, each in later]
    goes_on = f"After {say_list(parts)} order again in that time"
    is_least = all(share.high < each.low for _, each in later)
    yield f"{goes_on}: the shop loses most customers after the first." if is_least else f"{goes_on}."


def _say_when(steps: Sequence[OrderStep], formats: Formats) -> Iterator[str]:
    """Say how soon those come back who do, and what that means for a letter."""
    first = next((step for step in steps if step.order == 1), None)
    if first is None or first.times.quartiles is None or first.times.horizon_days is None:
        return
    early, middle, late = (formats.count(day) for day in first.times.quartiles)
    horizon = formats.count(first.times.horizon_days)
    yield (
        f"Of those who order a second time within {horizon} days, a quarter have done so by day {early}, half by day"
        f" {middle} and three quarters by day {late}: a reminder on day {middle} comes before the second half of them,"
        f" and who is silent on day {late} is later than three in four."
    )


def _say_segments(segments: Sequence[SegmentFacts], formats: Formats) -> Iterator[str]:
    """Say of which segment's like most come back, and of which fewest; where their intervals do not meet."""
    shares = [
        (segment, share)
        for segment in segments
        if segment.returning is not None and (share := segment.returning.times.find(RETURN_DAYS)) is not None
    ]
    if len(shares) < 2:
        return
    (best, most), (worst, least) = (pick(shares, key=lambda pair: pair[1].share) for pick in (max, min))
    if most.low <= least.high:
        return
    yield (
        f"Of customers such as {the(best.phrase)} {formats.share(most.share)} ordered within {RETURN_DAYS} days of an"
        f" earlier month’s end, of such as {the(worst.phrase)} {formats.share(least.share)}."
    )


def _say_products(first: FirstProducts | None, formats: Formats) -> Iterator[str]:
    """Say which first products go with coming back more or less often, or that none does."""
    if first is None or not first.tested:
        return
    told = sorted(
        (product for product in first.products if product.differs is not None),
        key=lambda product: -abs(product.pulled - first.share),
    )
    for product in told[:_MOST_PRODUCTS]:
        yield _say_product(product, first, formats)
    if not told:
        many = say_count(first.tested, "product", formats)
        yield (
            f"Of {many} that {LEAST_LOOKED_AT} customers or more bought first, none goes with coming back more or less"
            " often beyond chance."
        )


def _say_product(product: FirstProduct, first: FirstProducts, formats: Formats) -> str:
    often = "more" if product.differs == "more" else "less"
    own = formats.share(product.came_back / product.customers)
    return (
        f"Who began with {say_product(product.product_name)} comes back {often} often: {own} of"
        f" {formats.count(product.customers)} within {RETURN_DAYS} days, against {formats.share(first.share)} of all"
        " first buyers whose time is over. That they go together does not say that the product is why."
    )

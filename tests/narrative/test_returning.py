"""What is said of coming back: each sentence with its yardstick, and none where too little is known."""

from __future__ import annotations

from dataclasses import replace

from reportgen.model.returning import ReturnShare, SegmentReturn
from reportgen.narrative.returning import write_returning
from tests.made import BRITISH, make_facts, make_four, make_returning, make_times


def _say(**changes) -> list[str]:
    return list(write_returning(make_facts(**changes), BRITISH))


def test_all_that_is_known_is_said() -> None:
    """Who goes on, where most are lost, how soon, and which first product goes with it."""
    assert _say() == [
        "Within 90 days of their first order 40% of customers order a second time (95% interval 35% to 45%, from 200"
        " customers; whose 90 days are not over counts as far as they go).",
        "After the second 60% order again in that time: the shop loses most customers after the first.",
        "Of those who order a second time within 180 days, a quarter have done so by day 20, half by day 45 and three"
        " quarters by day 100: a reminder on day 45 comes before the second half of them, and who is silent on day 100 is"
        " later than three in four.",
        "Who began with Teapot comes back more often: 67% of 90 within 90 days, against 40% of all first buyers whose time is over. That they"
        " go together does not say that the product is why.",
    ]


def test_where_intervals_meet_no_step_loses_most() -> None:
    """With shares of 40 % and 42 % it is chance which is the least."""
    steps = make_returning().steps
    close = (steps[0], replace(steps[1], times=make_times(0.42)))
    assert "After the second 42% order again in that time." in _say(returning=make_returning(steps=close))


def test_nothing_known_is_nothing_said() -> None:
    """Without steps and first products nothing is."""
    assert _say(returning=make_returning(steps=(), first_products=None)) == []


def test_thirty_days_are_told_where_no_more_is_known() -> None:
    """The days are those that are known, and later steps are told for the same."""
    short = [
        replace(step, times=replace(step.times, within=step.times.within[:1], quartiles=None))
        for step in make_returning().steps
    ]
    said = _say(returning=make_returning(steps=tuple(short), first_products=None))
    assert said[0].startswith("Within 30 days of their first order 20%")
    assert said[1].startswith("After the second 30% order again in that time")
    assert len(said) == 2


def test_that_no_product_stands_out_is_said() -> None:
    """Then it says of how many that is so."""
    first = make_returning().first_products
    assert first is not None
    same = replace(first, products=tuple(replace(product, differs=None) for product in first.products))
    assert _say(returning=make_returning(first_products=same))[-1] == (
        "Of 12 products that 20 customers or more bought first, none goes with coming back more or less often beyond chance."
    )
    assert len(_say(returning=make_returning(first_products=replace(same, tested=0)))) == 3


def test_segments_are_told_where_they_differ() -> None:
    """The one that comes back most, and the one that does so least; not where their intervals meet."""

    def make(share: float) -> SegmentReturn:
        return SegmentReturn(6, replace(make_times(), within=(ReturnShare(90, share, share - 0.02, share + 0.02),)))

    segments = make_four()
    shares = (0.8, 0.5, 0.45, 0.2)
    parted = tuple(replace(one, returning=make(share)) for one, share in zip(segments, shares, strict=True))
    said = _say(segments=parted)
    best, worst = segments[0].phrase, segments[3].phrase
    assert (
        f"Of customers such as the {best} 80% ordered within 90 days of an earlier month’s end, of such as the {worst} 20%."
        in said
    )
    together = tuple(replace(one, returning=make(0.4)) for one in segments)
    assert not any("such as" in sentence for sentence in _say(segments=together))

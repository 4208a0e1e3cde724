"""What came of earlier advice is told with its figures, its doubts, and no more than they allow."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reportgen.model.evidence import list_failing, sum_up_gain
from reportgen.model.trials import Arm, Effect, Trial
from reportgen.narrative.earned import write_earned
from tests.made import BRITISH, make_facts
from tests.made_change import make_followed, make_read_out

READ, ALONE, RUNNING, NOT_SENT, NOT_MARKED = make_followed()


def say(*trials: Trial) -> tuple[str, ...]:
    """Write what is said of some trials."""
    return write_earned(make_facts(trials=trials), list_failing(trials), BRITISH)


def test_nothing_was_advised() -> None:
    """Without an earlier action nothing is said."""
    assert say() == ()


def test_what_was_sent_and_what_was_not() -> None:
    """Each state is counted, in the singular where it is one; who marks what is told where something is not marked."""
    first = say(READ, ALONE, RUNNING, NOT_SENT, NOT_MARKED)[0]
    assert first.startswith(
        "Of December 2025’s 5 actions, 2 were sent and are read out, 1 was sent, and its days are not over, 1 was not sent"
        " and 1 is not marked as sent. Whoever sends one says so with ‘reportgen actions mark’;"
    )
    assert say(NOT_SENT) == ("December 2025’s action was not sent.",)
    assert say(NOT_SENT, replace(NOT_SENT, id="0000000f")) == ("December 2025’s 2 actions were not sent.",)


def test_nothing_is_known() -> None:
    """Where nobody has said anything of any, that is what is told, and nothing of effects."""
    (said,) = say(NOT_MARKED, replace(NOT_MARKED, id="0000000f"))
    assert said.startswith("None of December 2025’s 2 actions is marked as sent, so that nothing can be read out. ")
    (said,) = say(NOT_MARKED)
    assert said.startswith("December 2025’s action is not marked as sent, so that nothing can be read out. ")


def test_what_worked() -> None:
    """The verdict, what to expect of it once more, and then what was seen."""
    assert say(READ)[1:] == (
        "“Write to them”, Rare buyers: of 500 written to 30 ordered within 28 days, of 500 held back 10. It worked: done"
        " again, expect +3.1 points (95% interval +0.9 to +5.3); seen were +4 (+1.6 to +6.6).",
    )


def test_what_seems_to_have_worked() -> None:
    """Where what to expect may be nothing, the verdict says what chance does."""
    said = say(replace(READ, read_out=make_read_out(expected=Effect(0.02, -0.002, 0.042))))[1]
    assert (
        "It seems to have worked, as one in forty does by chance: done again, expect +2 points (95% interval −0.2"
        in said
    )


def test_what_is_left_of_the_sales() -> None:
    """Where a margin is known, what each brought is told after a verdict, and the sign is put in words."""
    for profit, told in ((Effect(1.2, 0.2, 2.2), "£1.20 more"), (Effect(-0.5, -1.0, 0.1), "£0.50 less")):
        said = say(replace(READ, read_out=make_read_out(profit=profit)))[2]
        assert said.startswith(
            f"With goods and writing paid, each customer written to brought {told} than one held back (95%"
        )


def test_no_effect_is_not_the_proof_of_none() -> None:
    """It says so, with the interval."""
    seen = make_read_out("no_effect_seen", hold=Arm(500, 28, 4.0), share=Effect(0.004, -0.025, 0.033))
    said = say(replace(READ, read_out=replace(seen, expected=Effect(0.003, -0.02, 0.026), trials=3)))[1]
    assert "No effect is seen, which is not to say that there is none: done again, expect +0.3 points" in said
    assert "(95% interval −2 to +2.6, from 3 trials of it)" in said


def test_arms_that_cannot_be_compared() -> None:
    """Nothing is told of an effect, but which of the two checks failed."""
    for sizes, earlier, why in ((1e-6, 0.5, "of the sizes planned"), (0.5, 1e-6, "spent alike before")):
        out = make_read_out("not_comparable", sizes_chance=sizes, earlier_chance=earlier)
        said = say(replace(READ, read_out=out))[1]
        assert why in said
        assert "expect" not in said


def test_too_few_left() -> None:
    """A trial that lost an arm is not one without a hold-out."""
    nothing = {"share": None, "expected": None, "sales": None, "trials": 0}
    said = say(replace(READ, read_out=make_read_out("too_few", hold=Arm(1, 0, 0.0), **nothing)))[1]
    assert said.endswith("Too few are left in one of its arms to compare them: nothing can be told from it.")


def test_the_play_that_was_read_last_tells() -> None:
    """Whichever stands first: the trial that knows of most of the others."""
    harm = make_read_out("harmed", expected=Effect(-0.02, -0.03, -0.01), trials=2)
    alone = make_read_out("no_effect_seen", expected=Effect(0.0, -0.04, 0.04), trials=1)
    late = replace(READ, id="0000000f", month="2025-09", read_out=harm)
    early = replace(READ, month="2025-11", read_in="2025-12", read_out=alone)
    assert set(list_failing([early, late])) == set(list_failing([late, early])) == {READ.plan.play}


def test_without_a_hold_out_it_is_weak_evidence() -> None:
    """It is held against what such customers did unaided, and told after those that could be compared."""
    said = say(ALONE, READ)
    assert said[1].startswith("“Write to them”")
    assert said[2] == (
        "“Call them”, Rare buyers: of 1,000 written to 25 (2.5%) ordered within 28 days, and 2% of such customers did so"
        " unaided in earlier months. Nobody was held back to compare with, and no two months are alike: this is weak"
        " evidence, for or against."
    )


def test_too_early() -> None:
    """One is told by its name and day, several by the day of the last."""
    assert say(RUNNING)[-1] == "It is too early to tell of “Visit them”, Rare buyers: its days end on 16 February 2026."
    assert say(RUNNING, replace(RUNNING, id="0000000f"))[-1] == (
        "It is too early to tell of 2 actions: the days of the last end on 16 February 2026."
    )


def test_what_is_put_last() -> None:
    """A play that several trials together leave too little, or show to do harm; one trial alone decides nothing."""
    little = make_read_out("no_effect_seen", expected=Effect(0.001, -0.01, 0.012), trials=3)
    assert say(replace(READ, read_out=little))[-1] == (
        "“Write to them” is put last from now on: 3 trials of it together leave room for 1.2 points at most, less than half"
        " of what they were planned to find; doing nothing costs little here."
    )
    harm = make_read_out("harmed", expected=Effect(-0.02, -0.03, -0.01), trials=2)
    assert say(replace(READ, read_out=harm))[-1].endswith(
        "is put last from now on: in 2 trials of it together fewer of those written to ordered than of those held back."
    )
    assert not any("put last" in sentence for sentence in say(replace(READ, read_out=replace(harm, trials=1))))


def test_what_was_told_before_is_not_told_again() -> None:
    """It stays in the table alone; what was not sent is told by the next report, what is under way until it is over."""
    assert say(replace(READ, month="2025-11", read_in="2025-12")) == ()
    for trial in (NOT_SENT, NOT_MARKED):
        assert say(replace(trial, month="2025-11")) == ()
    assert "too early" in say(replace(RUNNING, month="2025-11"))[-1]


def test_writing_that_costs_more_than_it_brings() -> None:
    """Where the whole interval of what is left lies below nothing, that is said, whatever the share did."""
    said = say(replace(READ, read_out=make_read_out("no_effect_seen", profit=Effect(-0.5, -0.9, -0.1))))[2]
    assert said == "Writing cost more than it brought (−£0.90 to −£0.10 each): do nothing here."


def test_months_add_up() -> None:
    """All tests count by their customers, whatever they showed: 500 at £3 more and 500 at £1 less, errors by their squares."""
    less = make_read_out("no_effect_seen", sales=Effect(-1.0, -4.0, 2.0))
    earlier = replace(READ, id="0000000f", month="2025-11", read_in="2025-12", read_out=less)
    said = say(READ, NOT_SENT, NOT_MARKED, earlier)[-1]
    assert said.startswith(
        "Since November 2025, 4 actions with a list were advised, 2 of them sent and 2 tested; the tests brought"
        " £1,000 more in sales than writing to nobody would have (95% interval "
    )
    gain = sum_up_gain([READ, earlier])
    assert gain is not None
    assert gain.value == 1_000
    assert gain.high - gain.value == pytest.approx(500 * (2.5**2 + 3.0**2) ** 0.5, abs=0.01)
    assert sum_up_gain([NOT_SENT, ALONE]) is None
    assert not any(sentence.startswith("Since") for sentence in say(READ))


def test_four_are_told() -> None:
    """Of more the table tells."""
    many = [replace(READ, id=f"{n:08x}") for n in range(6)]
    assert sum("It worked" in sentence for sentence in say(*many)) == 4

"""Facts that any version since 3 has archived are read, and mean what they meant."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from reportgen.model.chain import CHAIN_SCHEMA_VERSION
from reportgen.model.facts import SCHEMA_VERSION
from reportgen.model.report import ChainReport, Report
from reportgen.model.segments import ChoiceLimit
from reportgen.model.upgrade import OLDEST, is_readable, read_chain_report, read_report

EXAMPLES = Path(__file__).parent / "examples"
OF_STORES, OF_CHAINS = sorted(EXAMPLES.glob("facts-*.json")), sorted(EXAMPLES.glob("chain-*.json"))
FIRST_CHAIN = 1


def content(name: str) -> bytes:
    """Return a stored example."""
    return (EXAMPLES / f"{name}.json").read_bytes()


def dump(report: Report | ChainReport) -> Any:
    """Return a report as its facts.json holds it."""
    return json.loads(TypeAdapter(type(report)).dump_json(report))


def leaves(value: Any, path: str = "") -> dict[str, Any]:
    """List every single value by its path."""
    if isinstance(value, dict | list):
        inner = value.items() if isinstance(value, dict) else enumerate(value)
        return {place: leaf for key, one in inner for place, leaf in leaves(one, f"{path}.{key}").items()}
    return {path: value}


def test_each_version_has_its_example() -> None:
    """Every version that can be read, that of today included, has an example that it has written."""
    versions = {int(re.split(r"[-.]", one.name)[1]) for one in OF_STORES}
    assert versions == set(range(OLDEST, SCHEMA_VERSION + 1))
    of_chains = {int(re.split(r"[-.]", one.name)[1]) for one in OF_CHAINS}
    assert of_chains == set(range(FIRST_CHAIN, CHAIN_SCHEMA_VERSION + 1))


@pytest.mark.parametrize("path", OF_STORES, ids=lambda path: path.stem)
def test_a_report_of_any_version_is_read(path: Path) -> None:
    """Whatever version wrote it, what is read is of today's."""
    assert read_report(path.read_bytes()).schema_version == SCHEMA_VERSION


@pytest.mark.parametrize("path", OF_CHAINS, ids=lambda path: path.stem)
def test_a_chain_report_of_any_version_is_read(path: Path) -> None:
    """Whatever version wrote it, what is read is of today's."""
    assert read_chain_report(path.read_bytes()).schema_version == CHAIN_SCHEMA_VERSION


def test_the_shape_of_a_version_stays_as_it_is() -> None:
    """Today's example is written again as it stands: another shape of the facts is another version, with its upgrade."""
    newest, chain = f"facts-{SCHEMA_VERSION}", f"chain-{CHAIN_SCHEMA_VERSION}"
    assert dump(read_report(content(newest))) == json.loads(content(newest))
    assert dump(read_chain_report(content(chain))) == json.loads(content(chain))


def test_version_3_says_what_version_4_says() -> None:
    """Both versions' reports of one month of one shop are the same, but for what follows from the version itself."""
    third, fourth = (leaves(dump(read_report(content(name)))) for name in ("facts-3", "facts-4"))
    other = {path for path in {*third, *fourth} if third.get(path) != fourth.get(path)}
    runs = {path for path in other if path.endswith(".run")}
    assert other - runs == {".words.change.anomalies_note"}  # "of fifty months" is "of 50" now
    assert runs


def test_months_of_version_5_are_those_of_version_6() -> None:
    """Sales and orders of the month and the one before are kept; what version 5 did not count is unknown, not zero."""
    fifth, sixth = (read_report(content(name)) for name in ("facts-5", "facts-6"))
    assert [month.month for month in fifth.months] == ["2025-12", "2026-01"]
    for old, new in zip(fifth.months, sixth.months[-2:], strict=True):
        assert (old.month, old.sales, old.orders) == (new.month, new.sales, new.orders)
        assert (old.customers, old.new_customers, old.sales_without_id, old.orders_without_id) == (None,) * 4
    assert (fifth.returning.cohorts, fifth.month.all_sales) == ((), fifth.month.sales)
    assert sixth.returning.cohorts and sixth.month.customers


def test_money_of_version_6_stays_as_it_was() -> None:
    """Sums are kept, ranges are gone; what version 6 did not look for is unknown, not zero."""
    old, report = json.loads(content("facts-6")), read_report(content("facts-6"))
    for printed, segment in zip(old["segments"], report.segments, strict=True):
        assert (segment.overdue.amount, segment.overdue.days) == (printed["overdue"]["amount"], None)
        assert (segment.taken_back, segment.below_usual_share, segment.pairs_alike) == (None, None, None)
        assert {(pair.expected, pair.kind, pair.second_price) for pair in segment.pairs} <= {(None, None, None)}
        if printed["opportunity"] is not None:
            assert segment.opportunity is not None
            assert segment.opportunity.amount == printed["opportunity"]["amount"]
            assert (segment.opportunity.each_percent, segment.opportunity.unaided) == (None, None)
    assert (report.choice.outdone_for, report.method.rules.lasting_reports) == (0, None)


def test_risks_of_version_6_were_of_the_window() -> None:
    """What a headline said was at risk, or could be won, is told of no time of its own."""
    old = json.loads(content("facts-6"))
    risk = {"identity": old["segments"][0]["identity"], "customers": 2, "amount": 50.0, "about": "risk"}
    growth = {"segments": [], "step_up_share": 0.05, "about": "growth"}
    found = [{"printed": risk, "now": None}, {"printed": growth, "now": growth}]
    old["change"]["restated"] = {"months": [], "figures": [], "headline": found}
    restated = read_report(json.dumps(old).encode()).change.restated
    assert restated is not None
    assert [getattr(one.printed, "days", 0) for one in restated.headline] == [None, None]


def test_sentences_of_version_3_are_its_own() -> None:
    """Every sentence that version 3 printed is kept to the letter, none is written anew."""
    old, words = json.loads(content("facts-3")), read_report(content("facts-3")).words
    change = old["change"]
    assert list(words.headline) == old["headline"]
    assert [list(one.narrative) for one in words.segments] == [one["narrative"] for one in old["segments"]]
    assert [one.title for one in words.do_this_month] == [one["title"] for one in old["do_this_month"]]
    assert list(words.change.moves) == change["movement"]["sentences"]
    assert list(words.change.anomalies) == [one["sentence"] for one in change["unusual"]] != []
    assert words.change.restated is not None
    assert [one.printed for one in words.change.restated.headline] == [
        one["printed"] for one in change["restated"]["sentences"]
    ]


def test_reasons_of_version_3_become_codes() -> None:
    """What was said of customers that were not divided, and of sections left out, is told by code and number."""
    report = read_report(content("facts-3-undivided"))
    assert report.choice.limit == ChoiceLimit("too_few_customers", 310, 5_000)
    assert [(one.key, one.reason) for one in report.skipped] == [
        ("glance", "undivided"),
        ("map", "undivided"),
        ("change", "first"),
        ("products", "no_products"),
    ]
    assert report.words.skipped[0].startswith("The customers were not divided: only 310 customers")


@pytest.mark.parametrize(
    ("reason", "limit"),
    [
        ("only 310 customers, fewer than the 5,000 needed", ("too_few_customers", 310, 5_000)),
        ("all customers are equal in everything they are compared by", ("all_equal", 0, 0)),
        ("only 3 groups of customers differ at all", ("few_groups", 3, 0)),
        (None, None),
    ],
)
def test_each_reason_of_version_3_is_known(reason: str | None, limit: tuple[str, int, int] | None) -> None:
    """Each sentence that version 3 had for a smaller number of segments has its code."""
    old = json.loads(content("facts-3"))
    old["choice"]["reason"] = reason
    assert read_report(json.dumps(old).encode()).choice.limit == (None if limit is None else ChoiceLimit(*limit))


def test_plans_of_version_10_are_trials_that_were_proposed() -> None:
    """Each plan stands as it was, with its segment's name and an id of its own; no files were kept."""
    old, tenth = json.loads(content("facts-10")), read_report(content("facts-10"))
    names = {segment["number"]: segment["identity"]["name"] for segment in old["segments"]}
    assert tenth.plans
    assert [(plan.segment, plan.play, plan.hold) for plan in tenth.plans] == [
        (plan["segment"], plan["play"], plan["hold"]) for plan in old["trials"]
    ]
    assert [trial.segment for trial in tenth.trials] == [names[plan["segment"]] for plan in old["trials"]]
    assert len({trial.id for trial in tenth.trials}) == len(old["trials"])
    assert (tenth.followed, tenth.audiences, tenth.words.earned) == ((), (), ())


def test_own_names_of_version_3_stay_own() -> None:
    """A name that the config gave is told by its quotation marks."""
    old = json.loads(content("facts-3"))
    old["segments"][0] |= {"name": "Gold", "phrase": "“Gold”"}
    first, second, *_ = read_report(json.dumps(old).encode()).segments
    assert (first.identity.name, first.identity.is_own, first.phrase) == ("Gold", True, "“Gold”")
    assert not second.identity.is_own


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        (str(OLDEST), True),
        (str(SCHEMA_VERSION), True),
        (str(OLDEST - 1), False),
        (str(SCHEMA_VERSION + 1), False),
        ("x", False),
        (None, False),
    ],
)
def test_versions_that_can_be_read(version: str | None, expected: bool) -> None:
    """Versions from the oldest to today's can be read, older and newer ones cannot."""
    assert is_readable(version) is expected


@pytest.mark.parametrize(
    "came", [b"", b"[]", b"{}", b"null", b'{"schema_version": 2}', b'{"schema_version": 99}', b"[" * 100_000]
)
def test_what_is_no_report_is_refused(came: bytes) -> None:
    """Anything that is no report, or one of a version that cannot be read, is refused in one way."""
    for read in (read_report, read_chain_report):
        with pytest.raises(ValueError, match=r"."):
            read(came)


PATHS = sorted(leaves(json.loads(content("facts-3"))))


@given(st.data())
def test_a_report_with_a_hole_is_refused_or_read(data: st.DataObject) -> None:
    """With any one value of an old report taken away or replaced, it is refused in one way or read whole."""
    old = json.loads(content("facts-3"))
    path = data.draw(st.sampled_from(PATHS))
    *way, last = path.removeprefix(".").split(".") if "." in path else [path]
    at = old
    for step in way:
        at = at[int(step)] if isinstance(at, list) else at[step]
    key: Any = int(last) if isinstance(at, list) else last
    if data.draw(st.booleans()):
        del at[key]
    else:
        at[key] = data.draw(st.sampled_from([None, 0, "x", [], {}, -1.5, True]))
    try:
        report = read_report(json.dumps(old).encode())
    except ValueError:
        return
    assert report.schema_version == SCHEMA_VERSION

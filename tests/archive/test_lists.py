"""A list of customers must name them as asked for, do no harm in a spreadsheet, and lose exactly who is to go."""

from __future__ import annotations

import csv
import hashlib
import hmac
import io

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reportgen.archive.lists import customer_key, drop_customers, hash_customer, key_mark, read_rows, write_list
from reportgen.errors import ConfigError

VARIABLE = "REPORTGEN_CUSTOMER_KEY"
KEY = "0123456789abcdef"
FIGURES = [
    "total_sales",
    "order_count",
    "avg_order_value",
    "recency_days",
    "kept_share",
    "next_order",
    "order_chance",
    "action",
    "arm",
]
HEADING = ["customer_id", "segment", "segment_name", "previous_segment", "changed_in", *FIGURES]
HOSTILE = ["bob, jr", 'the "boss"', "two\nlines", "two\r\nlines", "a\rb", "'quoted", "=1+1", "+44", "-5", "@x", "\tx"]
IDS = st.one_of(st.text(min_size=1, max_size=12), st.text(alphabet="a,\"'\n\r=- \u2028\x0b", min_size=1, max_size=5))


NEXT = ((pd.Timestamp(2026, 3, 1), 0.123), (pd.NaT, float("nan")))


ARMS = (("write-to-them", "hold"), ("", ""))


def listed(ids: list[str]) -> pd.DataFrame:
    """Make a list of customers; the n-th spent n pounds and a third."""
    rows = [
        (
            one,
            1 + n % 2,
            f"Group {1 + n % 2}",
            None,
            "",
            n + 1 / 3,
            n + 1,
            (n + 1 / 3) / (n + 1),
            n,
            1 - n / 3,
            *NEXT[n % 2],
            *ARMS[n % 2],
        )
        for n, one in enumerate(ids)
    ]
    return pd.DataFrame(rows, columns=HEADING).assign(other="not to be written")


def ids_of(content: bytes) -> list[str]:
    """Read the ids with the standard library alone."""
    rows = list(csv.reader(io.StringIO(content.decode("utf-8"), newline="")))
    assert rows[0] == HEADING
    assert all(len(row) == len(HEADING) for row in rows)
    return [row[0] for row in rows[1:]]


def test_a_plain_list_is_sorted_csv() -> None:
    """Rows are sorted by id, money has two decimals, and only these columns are written."""
    assert write_list(listed(["bob", "ann"]), "plain", "2026-01").decode() == (
        '"customer_id","segment","segment_name","previous_segment","changed_in",'
        '"total_sales","order_count","avg_order_value","recency_days","kept_share","next_order","order_chance","action","arm"\n'
        '"ann",2,"Group 2","","",1.33,2,0.67,1,0.67,"","","",""\n'
        '"bob",1,"Group 1","","",0.33,1,0.33,0,1.0,"2026-03-01",0.12,"write-to-them","hold"\n'
    )


def test_the_order_of_customers_does_not_matter() -> None:
    """The same customers in another order give the same bytes."""
    frame = listed(["c", "a", "b"])
    assert write_list(frame, "plain", "2026-01") == write_list(frame.iloc[::-1], "plain", "2026-01")


def test_the_hash_is_hmac_sha_256() -> None:
    """The second test case of RFC 4231 comes out, cut to 32 digits."""
    assert hash_customer("what do ya want for nothing?", b"Jefe") == "5bdcc146bf60754e6a042426089575c7"


def test_a_hashed_list_holds_no_id(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every id is replaced by its HMAC under the secret, rows are sorted by it, and the figures go with it."""
    monkeypatch.setenv(VARIABLE, KEY)
    ids = ["ann", "bob, jr", "=1+1"]
    content = write_list(listed(ids), "hashed", "2026-01")
    digests = {one: hmac.digest(KEY.encode(), one.encode(), "sha256").hex()[:32] for one in ids}
    assert ids_of(content) == sorted(digests.values())
    sales = {row[0]: row[5] for row in read_rows(content)}
    assert [sales[digests[one]] for one in ids] == ["0.33", "1.33", "2.33"]
    assert not any(one.encode() in content for one in ids)


def test_another_secret_gives_other_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two secrets have no hashed id in common."""
    found = []
    for key in (KEY, KEY[::-1]):
        monkeypatch.setenv(VARIABLE, key)
        found.append(set(ids_of(write_list(listed(["ann", "bob"]), "hashed", "2026-01"))))
    assert found[0].isdisjoint(found[1])


def test_a_key_s_mark_tells_keys_apart() -> None:
    """The mark is eight hex digits of an HMAC, the same for the same key."""
    expected = hmac.new(b"k" * 16, b"reportgen", hashlib.sha256).hexdigest()[:8]
    assert key_mark(b"k" * 16) == expected != key_mark(b"l" * 16)


@pytest.mark.parametrize(("key", "came"), [(None, "nothing"), ("", "nothing"), ("0123456789abcde", "15 characters")])
def test_a_missing_or_short_secret_is_told(monkeypatch: pytest.MonkeyPatch, key: str | None, came: str) -> None:
    """Without a secret of 16 characters no hashed list is written, and the message does not hold what was there."""
    monkeypatch.delenv(VARIABLE, raising=False)
    if key is not None:
        monkeypatch.setenv(VARIABLE, key)
    with pytest.raises(ConfigError, match=f"{VARIABLE}.*16 characters or more, got {came}") as caught:
        write_list(listed(["ann"]), "hashed", "2026-01")
    assert not key or key not in str(caught.value)


def test_sixteen_characters_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """The shortest secret allowed is taken as it is."""
    monkeypatch.setenv(VARIABLE, KEY)
    assert customer_key() == KEY.encode()


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_no_id_is_a_formula(sign: str) -> None:
    """An id that a spreadsheet would compute gets an apostrophe; the same sign later in it does no harm."""
    content = write_list(listed([f"{sign}cmd", f"x{sign}"]), "plain", "2026-01")
    assert ids_of(content) == [f"'{sign}cmd", f"x{sign}"]


def test_an_apostrophe_is_doubled() -> None:
    """An id that begins with an apostrophe gets one more, so that it is not taken for a guarded one."""
    content = write_list(listed(["=x", "'=x"]), "plain", "2026-01")
    assert ids_of(content) == ["''=x", "'=x"]
    assert ids_of(drop_customers(content, ["'=x"])[0]) == ["'=x"]
    assert ids_of(drop_customers(content, ["=x"])[0]) == ["''=x"]


@pytest.mark.parametrize("gone", HOSTILE)
def test_hostile_ids_are_dropped_alone(gone: str) -> None:
    """Ids with commas, quotes and line ends, and guarded ones, go alone; all others stay."""
    content, count = drop_customers(write_list(listed(["ann", *HOSTILE]), "plain", "2026-01"), [gone])
    assert count == 1
    stay = {one for one in ("ann", *HOSTILE) if one != gone}
    assert {one.removeprefix("'") if one[:2] != "''" else one[1:] for one in ids_of(content)} == stay


def test_other_rows_keep_their_bytes() -> None:
    """Where no id holds a line end, the rows that stay are the very lines that were there."""
    before = write_list(listed(["ann", "bob, jr", 'the "boss"']), "plain", "2026-01")
    after, _ = drop_customers(before, ["bob, jr"])
    lines = before.splitlines(keepends=True)
    assert after == b"".join(line for line in lines if not line.startswith(b'"bob'))


def test_who_is_not_there_changes_nothing() -> None:
    """An id that nobody has leaves every byte as it was, if another begins with it too."""
    content = write_list(listed(["ann", "two\nlines"]), "plain", "2026-01")
    assert drop_customers(content, ["an", "lines", "two", "", "ann "]) == (content, 0)


@pytest.mark.parametrize("others", [["ann"], ["ann", "customer_id"]])
def test_the_heading_is_no_customer(others: list[str]) -> None:
    """A customer whose id reads as the heading does goes without it."""
    content, count = drop_customers(write_list(listed(others), "plain", "2026-01"), ["customer_id"])
    assert (ids_of(content), count) == (["ann"], len(others) - 1)


@settings(max_examples=50)
@given(st.dictionaries(IDS, st.booleans(), min_size=1, max_size=8), st.lists(IDS, max_size=3))
@example({"a\u2028b": True, "c": False}, [])
@example({"a\rb": True, "c\nd": False}, ["a"])
@example({"'": True, "''": False}, [])
def test_exactly_the_dropped_are_gone(present: dict[str, bool], absent: list[str]) -> None:
    """Whatever the ids hold, those to drop are gone, all others stay in their order, and the count is right."""
    content = write_list(listed(list(present)), "plain", "2026-01")
    before = list(csv.reader(io.StringIO(content.decode(), newline="")))
    assert len(before) == 1 + len(present)
    gone = {one for one, goes in present.items() if goes} | set(absent)
    after, count = drop_customers(content, gone)
    assert count == len(gone & present.keys())
    stay = [one for one in present if one not in gone]
    guarded = {f"'{one}" if one[0] in "=+-@\t\r'" else one for one in stay}
    assert [row for row in before[1:] if row[0] in guarded] == list(
        csv.reader(io.StringIO(after.decode(), newline=""))
    )[1:]
    assert len(ids_of(after)) == len(stay)

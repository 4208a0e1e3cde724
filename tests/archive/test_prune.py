"""Pruning must lose what the rule says and nothing that a kept report refers to."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reportgen.archive.prune import Pruning, choose_pruned
from reportgen.config.values import Keep
from reportgen.model.archive import Manifest
from tests.made import make_manifest

EVERYTHING = Keep(None, last_run_only=False)


def make_run(run: int, period: str = "2026-01", store: str | None = "Paris", **parts: object) -> Manifest:
    """Make a run by number."""
    return make_manifest(store, period, f"{run:016x}", **parts)


def make_chain(run: int, period: str, *refers_to: Manifest) -> Manifest:
    """Make a chain report that links to runs."""
    paths = tuple(one.address.path for one in refers_to)
    return make_run(run, period, None, store_folder="chain", kind="chain", refers_to=paths)


def paths_of(*runs: Manifest) -> set[str]:
    """Return the paths of runs, such as `latest` names."""
    return {one.address.path for one in runs}


def numbers(runs: Sequence[Manifest]) -> list[int]:
    """Return the runs' numbers."""
    return [int(one.run, 16) for one in runs]


def divided(pruning: Pruning) -> tuple[list[int], list[int], list[int]]:
    """Return the numbers of the kept, the referred and the gone."""
    return numbers(pruning.kept), numbers(pruning.referred), numbers(pruning.gone)


MONTHS = [make_run(n, period) for n, period in enumerate(("2024-12", "2025-01", "2025-11", "2025-12", "2026-01"), 1)]


@pytest.mark.parametrize(
    ("months", "kept"),
    [(1, [5]), (2, [4, 5]), (3, [3, 4, 5]), (12, [3, 4, 5]), (13, [2, 3, 4, 5]), (14, [1, 2, 3, 4, 5])],
)
def test_months_are_counted_back_from_the_newest(months: int, kept: list[int]) -> None:
    """The newest month is the first that counts, and months without a report count too."""
    pruning = choose_pruned(MONTHS, paths_of(*MONTHS), Keep(months, last_run_only=False))
    assert divided(pruning) == (kept, [], [n for n in range(1, 6) if n not in kept])


def test_everything_stays_by_the_rule_of_all() -> None:
    """`all` loses nothing, whatever was replaced."""
    assert divided(choose_pruned(MONTHS, set(), EVERYTHING)) == ([1, 2, 3, 4, 5], [], [])


def test_nothing_to_prune() -> None:
    """An empty archive stays one."""
    assert choose_pruned([], set(), Keep(1, last_run_only=True)) == Pruning((), (), ())


def test_each_store_has_its_own_newest_month() -> None:
    """A store that closed long ago keeps its own newest months, and so does another report's store."""
    runs = [
        make_run(1, "2026-01"),
        make_run(2, "2025-12"),
        make_run(3, "2020-02", "Lyon"),
        make_run(4, "2020-01", "Lyon"),
        make_run(5, "2021-05", report="other"),
        make_run(6, "2021-04", report="other"),
    ]
    assert divided(choose_pruned(runs, set(), Keep(1, last_run_only=False))) == ([1, 3, 5], [], [2, 4, 6])


def test_the_last_run_of_each_month_is_the_one_that_latest_names() -> None:
    """Of each month the run that `latest` names stays, be it the first of the list or the last."""
    runs = [make_run(1), make_run(2), make_run(3, "2025-12"), make_run(4, "2025-12")]
    pruning = choose_pruned(runs, paths_of(runs[0], runs[3]), Keep(None, last_run_only=True))
    assert divided(pruning) == ([1, 4], [], [2, 3])


def test_both_rules_together() -> None:
    """With both rules a run stays that is recent and is the last of its month."""
    runs = [make_run(1), make_run(2), make_run(3, "2025-12"), make_run(4, "2025-12"), make_run(5, "2025-11")]
    pruning = choose_pruned(runs, paths_of(runs[1], runs[2], runs[4]), Keep(2, last_run_only=True))
    assert divided(pruning) == ([2, 3], [], [1, 4, 5])


def test_what_a_kept_chain_report_refers_to_stays() -> None:
    """A replaced run that a kept chain report links to stays, and is told apart from what the rule keeps."""
    old, new, lyon = make_run(1), make_run(2), make_run(3, store="Lyon")
    chain = make_chain(4, "2026-01", old, lyon)
    pruning = choose_pruned([old, new, lyon, chain], paths_of(new, lyon, chain), Keep(None, last_run_only=True))
    assert divided(pruning) == ([2, 3, 4], [1], [])


def test_what_a_gone_chain_report_refers_to_goes() -> None:
    """A chain report that goes keeps nothing, but what a kept one refers to as well stays."""
    runs = [make_run(1, "2025-11"), make_run(2, "2025-12"), make_run(3, "2026-01")]
    chains = [make_chain(4, "2025-12", *runs[:2]), make_chain(5, "2026-01", runs[1])]
    pruning = choose_pruned([*runs, *chains], paths_of(*runs, *chains), Keep(1, last_run_only=False))
    assert divided(pruning) == ([3, 5], [2], [1, 4])


def test_a_chain_report_may_refer_to_what_is_not_there() -> None:
    """A link to a run that is already gone keeps nothing and harms nothing."""
    chain = make_chain(2, "2026-01", make_run(1))
    assert divided(choose_pruned([chain], paths_of(chain), Keep(1, last_run_only=True))) == ([2], [], [])


@settings(max_examples=50)
@given(st.data())
def test_every_run_is_kept_referred_or_gone(data: st.DataObject) -> None:
    """The three parts hold every run once, in the archive's order, and no kept run refers to one that is gone."""
    months = [f"{2024 + n // 12}-{1 + n % 12:02}" for n in range(30)]
    stores = [
        make_run(n, data.draw(st.sampled_from(months)), data.draw(st.sampled_from(["Paris", "Lyon"])))
        for n in range(data.draw(st.integers(0, 8)))
    ]
    chains = [
        make_chain(100 + n, data.draw(st.sampled_from(months)), *data.draw(st.lists(st.sampled_from(stores))))
        for n in range(data.draw(st.integers(0, 3)) if stores else 0)
    ]
    runs = data.draw(st.permutations([*stores, *chains]))
    current = {one.address.path for one in runs if data.draw(st.booleans())}
    keep = Keep(data.draw(st.sampled_from([None, 1, 2, 12, 24])), last_run_only=data.draw(st.booleans()))
    pruning = choose_pruned(runs, current, keep)
    parts = (pruning.kept, pruning.referred, pruning.gone)
    assert sorted(n for part in parts for n in numbers(part)) == sorted(numbers(runs))
    assert all(list(part) == [one for one in runs if one in part] for part in parts)
    assert not paths_of(*pruning.gone) & {path for one in pruning.kept for path in one.refers_to}
    named = {one.address.month for one in runs if one.address.path in current}
    if keep.last_run_only:
        assert all(one.address.path in current or one.address.month not in named for one in pruning.kept)


def test_a_month_that_latest_does_not_name_keeps_every_run() -> None:
    """Where `latest` was lost nobody knows which run was the last, so none goes."""
    runs = [make_run(1), make_run(2), make_run(3, "2025-12"), make_run(4, "2025-12")]
    pruning = choose_pruned(runs, paths_of(runs[1]), Keep(None, last_run_only=True))
    assert divided(pruning) == ([2, 3, 4], [], [1])


def test_whom_was_written_to_of_late_stays() -> None:
    """A run whose list was sent is kept for six months, while it may be read out; then it goes like any other."""
    runs = [make_run(n, month) for n, month in enumerate(("2025-06", "2025-07", "2025-12", "2026-01"), 1)]
    keep = Keep(1, last_run_only=False)
    assert divided(choose_pruned(runs, paths_of(*runs), keep, paths_of(*runs[:2]))) == ([4], [2], [1, 3])

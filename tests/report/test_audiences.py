"""The file of each action has a name of its own, whatever the segments are called."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from reportgen.model.artefacts import RUN_FILE
from reportgen.model.trials import Trial
from reportgen.report.audiences import name_audiences
from tests.made import make_proposed
from tests.made_change import make_followed


def propose(*names: str, customers: int = 10) -> list[Trial]:
    """Propose an action for each of some segments."""
    plan = replace(make_followed()[0].plan, customers=customers, treat=6, hold=4)
    return [replace(make_proposed(replace(plan, segment=number)), segment=name) for number, name in enumerate(names, 1)]


def test_names_by_hand() -> None:
    """Words of small letters; where two files would be one, all are told by the segments' numbers."""
    names = [file.file for file in name_audiences(propose("Rare buyers, big baskets", "Évry!", "常連"))]
    assert names == [
        "audiences/rare-buyers-big-baskets-write.csv",
        "audiences/evry-write.csv",
        "audiences/segment-write.csv",
    ]
    names = [file.file for file in name_audiences(propose("Gold", "gold", "2 Gold"))]
    assert names == ["audiences/1-gold-write.csv", "audiences/2-gold-write.csv", "audiences/3-2-gold-write.csv"]


def test_an_action_for_nobody_has_no_file() -> None:
    """There is nothing to write; of others the counts are those of the plan."""
    assert name_audiences(propose("Gold", customers=0)) == ()
    (file,) = name_audiences(propose("Gold"))
    assert (file.customers, file.treat, file.hold, file.segment, file.action) == (10, 6, 4, 1, "write")


@given(st.lists(st.text(max_size=100), min_size=1, max_size=6))
def test_every_name_is_one_that_a_run_may_have(names: list[str]) -> None:
    """No segment's name leads out of the folder, and no two files are one."""
    files = [file.file for file in name_audiences(propose(*names))]
    assert all(RUN_FILE.fullmatch(file) for file in files)
    assert len(set(files)) == len(files)

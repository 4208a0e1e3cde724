"""The file of an action opens safely, keeps each id, and is read back as it was meant."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen import columns as c
from reportgen.archive.audiences import read_arms, write_audience
from reportgen.archive.lists import drop_customers, name_customers
from tests.archive.test_forget import KEY

HOSTILE = ["=1+1", "'=1+1", "-5", "@cmd", "+49", "\tx", "two\nlines", 'the "boss"', "a,b", "Évry", "0007"]


def audience(ids: list[str], product: str = "Cup") -> pd.DataFrame:
    """Make the customers of an action; every second is held back."""
    return pd.DataFrame(
        {
            c.CUSTOMER_ID: ids,
            c.ARM: ["treat" if n % 2 == 0 else "hold" for n in range(len(ids))],
            c.WHY: "one order, 63 days ago",
            c.LAST_ORDER: pd.Timestamp(2026, 1, 5),
            c.NEXT_ORDER: [pd.NaT, *[pd.Timestamp(2026, 3, 1)] * (len(ids) - 1)],
            c.TOTAL_SALES: 12.345,
            c.USUAL_PRODUCT: product,
            c.SHOW: "",
            c.PLACEMENT: "sure",
        }
    )


def rows_of(content: bytes) -> list[dict[str, str]]:
    """Read a file as a spreadsheet would."""
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def test_a_file_by_hand() -> None:
    """The id first, then the arm; days in ISO form, an unknown one empty."""
    assert write_audience(audience(["bob", "ann"]), "plain").decode() == (
        '"customer_id","arm","why","last_order","next_order","total_sales","usual_product","show","placement"\n'
        '"ann","hold","one order, 63 days ago","2026-01-05","2026-03-01",12.34,"Cup","","sure"\n'
        '"bob","treat","one order, 63 days ago","2026-01-05","",12.34,"Cup","","sure"\n'
    )


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_begins_a_formula(sign: str) -> None:
    """Neither an id nor a product's name is computed by a spreadsheet."""
    (row,) = rows_of(write_audience(audience([f"{sign}1+1"], product=f"{sign}1+1"), "plain"))
    assert row[c.CUSTOMER_ID].startswith("'")
    assert row[c.USUAL_PRODUCT].startswith("'")


@given(st.lists(st.one_of(st.sampled_from(HOSTILE), st.text(min_size=1)), min_size=1, max_size=8, unique=True))
def test_each_customer_comes_back_with_their_arm(ids: list[str]) -> None:
    """Whatever an id is, it is read back as the one name that it has, and with its own arm."""
    ids = [one for one in ids if one.isprintable() or one in HOSTILE] or ["x"]
    names = name_customers(ids, "plain")
    assert len(set(names)) == len(ids)
    read = read_arms(write_audience(audience(ids), "plain"))
    assert read == {name: "treat" if n % 2 == 0 else "hold" for n, name in enumerate(names)}


def test_hashed_names_tell_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keyed ids stand in the place of the source's, and are found again with the key."""
    monkeypatch.setenv("REPORTGEN_CUSTOMER_KEY", KEY)
    content = write_audience(audience(["ann", "bob"]), "hashed")
    assert b"ann" not in content
    assert list(read_arms(content)) == sorted(name_customers(["ann", "bob"], "hashed"))


def test_who_is_forgotten_goes() -> None:
    """The row goes, all others stay byte for byte."""
    before = write_audience(audience(HOSTILE), "plain")
    after, rows = drop_customers(before, ["=1+1"])
    assert (rows, len(read_arms(after))) == (1, len(HOSTILE) - 1)
    assert "'=1+1" not in read_arms(after)
    assert "''=1+1" in read_arms(after)


@pytest.mark.parametrize("content", [b"", b"arm,customer_id\n", b'"customer_id","segment"\n"ann",1\n'])
def test_another_file_is_refused(content: bytes) -> None:
    """What has other headings is no file of an action."""
    with pytest.raises(ValueError, match="no file of an action"):
        read_arms(content)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice: apt-get install libreoffice-calc")
def test_libreoffice_computes_nothing(tmp_path: Path) -> None:
    """Opened and saved as a workbook, every cell is a text, a number or a day, and none a formula."""
    (tmp_path / "a.csv").write_bytes(write_audience(audience(HOSTILE, product="=1+1"), "plain"))
    home = f"-env:UserInstallation={(tmp_path / 'home').as_uri()}"
    words = ("soffice", home, "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path), str(tmp_path / "a.csv"))
    subprocess.run(words, capture_output=True, check=True, timeout=120)
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert len(cells) > 5 * len(HOSTILE)
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert "'=1+1" in {cell.value for cell in cells}

"""Two configs with one report id: the second is refused while the first is there, and takes its place when it is gone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from reportgen.cli.main import main
from tests.exports import LAYOUTS, make_shop

QUICK = ("--set", "outputs=[]", "--period", "2025-12")


@pytest.fixture
def configs(tmp_path: Path) -> tuple[Path, Path]:
    """Write the same config into two folders beside one source."""
    (tmp_path / "orders.csv").write_text(LAYOUTS["sap"](make_shop()).text, encoding="utf-8")
    paths = (tmp_path / "a" / "shop.yaml", tmp_path / "b" / "shop.yaml")
    for path in paths:
        path.parent.mkdir()
        path.write_text(
            "report: {id: shop}\nsource: {path: ../orders.csv, preset: sap_business_one}\n", encoding="utf-8"
        )
    return paths


def test_another_config_is_refused_while_the_first_is_there(
    configs: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Both are named; the reports of the first stay as they are, and it goes on."""
    first, second = map(str, configs)
    output = ("--output", str(tmp_path / "out"))
    assert main(["run", first, *output, *QUICK]) == 0
    capsys.readouterr()
    assert main(["run", second, *output, *QUICK]) == 2
    err = capsys.readouterr().err
    assert f"{second}: report.id: expected an archive whose reports of 'shop' this config has made" in err
    assert f"made by {first}, which is still there" in err
    assert main(["run", first, *output, "--set", "outputs=[]", "--period", "2025-11"]) == 0
    configs[0].unlink()
    assert main(["run", second, *output, *QUICK]) == 0


def test_another_id_in_the_same_archive_is_another_report(configs: tuple[Path, Path], tmp_path: Path) -> None:
    """Many configs share an archive, each under its own id."""
    output: tuple[Any, ...] = ("--output", str(tmp_path / "out"), *QUICK)
    assert main(["run", str(configs[0]), *output]) == 0
    assert main(["run", str(configs[1]), *output, "--set", "report.id=other"]) == 0

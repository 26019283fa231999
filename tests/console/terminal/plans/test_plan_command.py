"""A plan is saved for a review, and judged again by whoever reads it."""

import json
from pathlib import Path

import pytest

from console.app.cli import main

TEXT = """\
format = 1
[region]
name = "shop"
zones = ["az1"]
[policy]
pace = "100/min"
largest_command = 30
[[subsystem]]
name = "index"
floor = 60
[[pool]]
name = "index"
count = 100
supports = ["index"]
"""


@pytest.fixture
def region(tmp_path: Path) -> Path:
    path = tmp_path / "shop.toml"
    path.write_text(TEXT)
    return path


@pytest.fixture
def saved(region: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    path = tmp_path / "one.plan"
    assert main(["plan", "save", "remove 24 from index", "--region", str(region), "--out", str(path)]) == 0
    assert "Saved remove 24 servers from index: clear, 24 servers" in capsys.readouterr().out
    return path


def test_that_a_saved_plan_is_judged_again_and_still_holds(
    region: Path, saved: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan", "show", str(saved), "--region", str(region)]) == 0
    out = capsys.readouterr().out
    assert "It still holds." in out
    assert "CLEAR: remove 24 servers from index" in out


def test_that_a_plan_whose_verdict_is_worse_now_is_stale_and_says_why(
    region: Path, saved: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    region.write_text(TEXT.replace("floor = 60", "floor = 80"))
    assert main(["plan", "show", str(saved), "--region", str(region)]) == 1
    out = capsys.readouterr().out
    assert "STALE: clear at revision 0 is blocked at revision 0: index 100 → 76, floor 80: 4 below" in out


def test_that_a_plan_whose_servers_are_gone_is_stale_and_names_them(
    region: Path, saved: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    region.write_text(TEXT.replace("count = 100", "count = 90").replace("floor = 60", "floor = 10"))
    servers = json.loads(saved.read_text())["plan"]["servers"]
    gone = [name for name in servers if int(name[-4:]) > 90]
    code = main(["plan", "show", str(saved), "--region", str(region), "--json"])
    body = json.loads(capsys.readouterr().out)
    assert (code == 1) == bool(gone)
    assert all(name in " ".join(body["stale"]) for name in gone[:3])
    assert body["saved"]["digest"] == json.loads(saved.read_text())["plan"]["digest"]


def test_that_a_plan_that_was_changed_in_its_file_is_refused(
    region: Path, saved: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    body = json.loads(saved.read_text())
    body["plan"]["servers"][0] = "index-0100"
    saved.write_text(json.dumps(body))
    assert main(["plan", "show", str(saved), "--region", str(region)]) == 2
    assert "its servers are not those of its digest" in capsys.readouterr().err


def test_that_a_plan_of_another_region_is_refused(
    region: Path, saved: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    region.write_text(TEXT.replace('"shop"', '"other"'))
    assert main(["plan", "show", str(saved), "--region", str(region)]) == 2
    assert "the plan is of region shop, not of other" in capsys.readouterr().err


@pytest.mark.parametrize("content", ["", "{}", '{"format": 1}', "not json", "[1]"])
def test_that_what_is_no_saved_plan_is_a_sentence(
    region: Path, tmp_path: Path, content: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x.plan"
    path.write_text(content)
    assert main(["plan", "show", str(path), "--region", str(region)]) == 2
    assert "is no saved plan" in capsys.readouterr().err


def test_that_nothing_is_written_over(region: Path, saved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = saved.read_bytes()
    assert main(["plan", "save", "remove 1 from index", "--region", str(region), "--out", str(saved)]) == 2
    assert "is there already" in capsys.readouterr().err
    assert saved.read_bytes() == before


def test_that_what_makes_no_plan_is_not_saved(region: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "save", "explain index", "--region", str(region), "--out", str(tmp_path / "y")]) == 2
    assert "makes no plan" in capsys.readouterr().err

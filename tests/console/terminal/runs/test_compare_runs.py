"""Two runs beside each other in the terminal: another file of acts, or the same acts under another tool."""

import io
import json
from pathlib import Path

import pytest

from console.terminal.runs.compare_runs import compare_runs

HEAD = 'format = 1\nincident = "s3-2017"\nera = "as-it-was"\n'
SLIP = '[[act]]\ntime = "09:37"\ndo = "remove 402 servers from billing where name = billing-0*"\n'


@pytest.fixture
def acts(tmp_path: Path) -> Path:
    path = tmp_path / "acts.toml"
    path.write_text(HEAD + SLIP)
    return path


def compared(acts: Path, against: str, *, as_json: bool = False) -> str:
    out, err = io.StringIO(), io.StringIO()
    assert compare_runs("s3-2017", acts, against, as_json, out, err) == 0, err.getvalue()
    return out.getvalue()


def test_that_the_same_acts_under_two_tools_stand_beside_each_other(acts: Path) -> None:
    lines = {line[:62].strip(): line[62:].split() for line in compared(acts, "underkeel").splitlines()}
    assert lines["Catastrophic: floors broken, data lost"] == ["1", "0"]
    mine, others = lines["Minutes below any floor"]
    assert float(mine) > 200 > float(others) == 0
    assert "Take a few servers out of billing: A missed, B missed" in compared(acts, "underkeel")


def test_that_another_file_of_acts_is_the_other_run(acts: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    other.write_text(HEAD + '[[act]]\ntime = "09:37"\ndo = "remove 4 servers from billing"\n')
    runs = json.loads(compared(acts, str(other), as_json=True))["runs"]
    assert [run["yours"]["score"]["catastrophes"] for run in runs] == [1, 0]
    assert "A missed, B met" in compared(acts, str(other))


def test_that_what_is_neither_a_file_nor_a_tool_is_told(acts: Path) -> None:
    out, err = io.StringIO(), io.StringIO()
    assert compare_runs("s3-2017", acts, "as-it-wsa", False, out, err) == 2
    assert "tools are underkeel, as-it-was" in err.getvalue()

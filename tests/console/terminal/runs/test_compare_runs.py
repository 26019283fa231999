"""Two runs beside each other in the terminal: another file of acts, or the same acts under another tool."""

import io
import json
from pathlib import Path

import pytest

from console.operating.incidents.incidents import described_by
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


def test_that_the_policy_of_another_description_judges_the_same_acts(tmp_path: Path) -> None:
    acts, region = tmp_path / "four.toml", tmp_path / "region.toml"
    acts.write_text(
        HEAD.replace("as-it-was", "underkeel") + '[[act]]\ntime = "09:37"\ndo = "remove 4 servers from billing"\n'
    )
    text = described_by("s3-2017").read_text()
    region.write_text(text.replace('largest_command = "5%"', "largest_command = 3"))
    runs = json.loads(compared(acts, str(region), as_json=True))["runs"]
    assert [run["acts"][0]["outcome"] for run in runs] == ["done", "refused"]


def test_that_a_debrief_saved_as_json_is_a_run_and_bears_its_trainees_name(acts: Path, tmp_path: Path) -> None:
    named = tmp_path / "anna.toml"
    named.write_text('trainee = "Anna"\n' + acts.read_text())
    run = json.loads(compared(named, "underkeel", as_json=True))["runs"][0]
    saved = tmp_path / "anna.json"
    saved.write_text(json.dumps(run))
    again = json.loads(compared(acts, str(saved), as_json=True))["runs"]
    assert again[1] == run
    assert "B: Anna: " in compared(acts, str(saved))
    assert "trainee" not in again[0]


def test_that_a_region_with_other_subsystems_judges_nothing(acts: Path) -> None:
    out, err = io.StringIO(), io.StringIO()
    other = str(described_by("gitlab-2017"))
    assert compare_runs("s3-2017", acts, other, False, out, err) == 2
    assert "describes no" in err.getvalue()


def test_that_what_is_neither_a_file_nor_a_tool_is_told(acts: Path) -> None:
    out, err = io.StringIO(), io.StringIO()
    assert compare_runs("s3-2017", acts, "as-it-wsa", False, out, err) == 2
    assert "tools are underkeel, as-it-was" in err.getvalue()

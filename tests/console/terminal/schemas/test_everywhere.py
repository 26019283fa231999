"""Every subcommand that answers anything takes --json, and each kind of answer of `replay` fits its schema."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from console.app.cli import COMMANDS, main
from console.terminal.schemas.reports import schemas

OTHER_ANSWERS = {"completion": "a script for a shell", "schema": "JSON always", "mcp": "a protocol in JSON"}
ACTS = """\
format = 1
incident = "s3-2017"
era = "as-it-was"
[[act]]
time = "09:37"
do = "remove 4 servers from billing"
"""


def test_that_every_subcommand_takes_json_but_for_those_whose_answer_is_of_another_kind() -> None:
    without = [
        name
        for name, one in COMMANDS.items()
        if not any("--json" in action.option_strings for action in one.parser()._actions)
    ]
    assert sorted(without) == sorted(OTHER_ANSWERS)


@pytest.fixture
def acts(tmp_path: Path) -> str:
    path = tmp_path / "acts.toml"
    path.write_text(ACTS)
    return str(path)


def fitting(words: list[str], capsys: pytest.CaptureFixture[str]) -> Any:
    capsys.readouterr()
    assert main(["replay", *words, "--json"]) == 0
    values = json.loads(capsys.readouterr().out)
    jsonschema.validate(values, schemas()["replay"], jsonschema.Draft202012Validator)
    return values


def test_that_the_list_of_incidents_fits(capsys: pytest.CaptureFixture[str]) -> None:
    assert "s3-2017" in [one["name"] for one in fitting(["--list"], capsys)["incidents"]]


def test_that_a_score_and_the_table_of_a_class_fit(
    acts: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    score = fitting(["s3-2017", "--acts", acts], capsys)
    assert score["kind"] == "score"
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "=anna.json").write_text(json.dumps(score))
    (run,) = fitting(["--table", str(tmp_path / "class")], capsys)["runs"]
    assert (run["run"], run["incident"], run["acts"]) == ("=anna", "s3-2017", 1)
    assert main(["replay", "--table", str(tmp_path / "class")]) == 0
    assert capsys.readouterr().out.splitlines()[1].startswith("'=anna,,s3-2017,as-it-was,")


def test_that_two_runs_fit(acts: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert len(fitting(["s3-2017", "--acts", acts, "--against", "underkeel"], capsys)["runs"]) == 2


def test_that_what_is_no_answer_of_replay_fits_none_of_its_kinds() -> None:
    for wrong in ({"format": 1}, {"format": 1, "kind": "class", "runs": [{}]}, {"format": 2, "incidents": []}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, schemas()["replay"], jsonschema.Draft202012Validator)

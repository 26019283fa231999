"""`underkeel check`: file, line and column of everything that is wrong, for people, for scripts and for code hosts."""

import json
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from console.app.cli import main
from topology.region.problems.positions import KeyPositions

Run = Callable[..., tuple[int, str, str]]
REGION = """format = 1
[region]
name = "small"
zones = ["az1"]

[policy]
pace = "20/hour"
  largest_command = 30
[[subsystem]]
name = "index"
floor = 1
[[subsystem]]
name = "billing"
title = '''Billing'''
floor = 0
external = false
reports_on = ["biling"]
[[dependency]]
from = "billing"
to = "indx"
[[pool]]
name = "a"
count = 3
supports = ["index"]
"""
GOOD = REGION.replace("20/hour", "20/min").replace("biling", "index").replace("indx", "index")


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def check(text: str, *words: str) -> tuple[int, str, str]:
        (tmp_path / "region.toml").write_text(text)
        code = main(["check", str(tmp_path / "region.toml"), *words])
        said = capsys.readouterr()
        return code, said.out.replace(f"{tmp_path}/", ""), said.err.replace(f"{tmp_path}/", "")

    return check


def test_that_every_error_has_its_line_and_column(run: Run) -> None:
    code, out, err = run(REGION)
    assert (code, out) == (2, "")
    assert [line.split(" ", 2)[:2] for line in err.splitlines()] == [
        ["region.toml:7:1:", "policy.pace"],
        ["region.toml:17:1:", "subsystem"],
        ["region.toml:20:1:", "dependency"],
    ]


def test_that_what_is_missing_is_told_at_the_table_that_should_have_it(run: Run) -> None:
    code, _, err = run(GOOD.replace("floor = 1\n", ""))
    assert code == 2
    assert err.startswith('region.toml:9:1: subsystem "index".floor is missing')


def test_that_text_that_is_no_toml_has_the_place_where_reading_ended(run: Run) -> None:
    code, _, err = run(REGION.replace("[policy]", "[policy"))
    assert code == 2
    assert err.startswith("region.toml:6:8: is not TOML: ")


def test_that_scripts_get_the_same_as_json(run: Run) -> None:
    code, out, err = run(REGION, "--format", "json")
    body = json.loads(out)
    assert (code, err, body["format"], body["good"]) == (2, "", 1, False)
    (file,) = body["files"]
    assert (file["path"], file["kind"], file["good"]) == ("region.toml", "region", False)
    assert [(one["level"], one["line"], one["column"]) for one in file["found"]] == [
        ("error", 7, 1),
        ("error", 17, 1),
        ("error", 20, 1),
    ]
    assert file["found"][0]["message"].startswith("policy.pace is '20/hour'")


def test_that_json_is_asked_for_as_of_every_other_question(run: Run) -> None:
    assert run(REGION, "--json") == run(REGION, "--format", "json")


def test_that_two_forms_at_once_are_refused(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run(REGION, "--json", "--format", "sarif")
    assert "not allowed with argument" in capsys.readouterr().err


def test_that_code_hosts_get_sarif(run: Run) -> None:
    class Region(msgspec.Struct):
        startLine: int  # noqa: N815 - the words of SARIF
        startColumn: int  # noqa: N815

    code, out, _ = run(REGION, "--format", "sarif")
    body = json.loads(out)
    assert (code, body["version"]) == (2, "2.1.0")
    (told,) = body["runs"]
    rules = {rule["id"] for rule in told["tool"]["driver"]["rules"]}
    places = [one["locations"][0]["physicalLocation"] for one in told["results"]]
    assert {one["ruleId"] for one in told["results"]} <= rules
    assert [one["artifactLocation"]["uri"] for one in places] == ["region.toml"] * 3
    assert [msgspec.convert(one["region"], Region).startLine for one in places] == [7, 17, 20]


def test_that_an_action_gets_its_commands_with_nothing_to_break_out_of(run: Run) -> None:
    _, out, _ = run(REGION.replace("20/hour", "%, ::error::x"), "--format", "github")
    first, *rest = out.splitlines()
    assert first.startswith("::error file=region.toml,line=7,col=1::policy.pace is ")
    assert "%25" in first
    assert len(rest) == 2


@pytest.mark.parametrize("form", ["json", "sarif", "github"])
def test_that_a_good_file_is_good_in_every_form(run: Run, form: str) -> None:
    assert run(GOOD)[0] == 0
    code, out, err = run(GOOD, "--format", form)
    assert (code, err) == (0, "")
    assert "::error" not in out
    assert form == "github" or json.loads(out)


def test_that_what_stands_in_a_long_text_is_no_key() -> None:
    found = KeyPositions("a = '''\nb = 1\n[t]\n'''\nb = 2\n")
    assert found.of(("b",)) == (5, 1)
    assert found.of(("t",)) is None


def test_that_keys_are_found_in_tables_arrays_and_by_name() -> None:
    found = KeyPositions('a = 1\n[t]\n x.y = 2\n[[p]]\nname = "one"\n[[p]]\nname = "two"\n"k" = 3\n[p.deep]\nz = 1\n')
    assert found.of(("a",)) == (1, 1)
    assert found.of(("t", "x", "y")) == (3, 2)
    assert found.of(("p", 2, "k")) == found.of(("p", "two", "k")) == (8, 1)
    assert found.of(("p", 2, "deep", "z")) == (10, 1)
    assert found.of(("p", "one", "missing")) == (4, 1)
    assert found.of(("p", "three")) == (4, 1)
    assert found.of(("nowhere",)) is None


@pytest.mark.parametrize("address", ["etcd://etcd.example:2379/prod", "nomad:prod"])
def test_that_the_address_of_a_source_is_not_looked_for_as_a_file(
    address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", address]) == 2
    said = capsys.readouterr().err
    assert address.partition(":")[0] in said
    assert "[source]" in said
    assert "No such file" not in said

"""Every subcommand is one entry: the help of the whole and of each comes from the table, and waits for nothing else."""

import subprocess
import sys

import pytest

import resources
from console.app.cli import COMMANDS, main
from console.terminal.imports.formats import IMPORTERS
from tests.folders import ROOT


def _help(*words: str, capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as left:
        main([*words, "--help"])
    assert left.value.code == 0
    return " ".join(capsys.readouterr().out.split())


def test_that_the_help_lists_every_subcommand_with_what_it_does(capsys: pytest.CaptureFixture[str]) -> None:
    said = _help(capsys=capsys)

    assert [one.name for one in COMMANDS.values() if f" {one.name} {one.help}" not in said] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_that_each_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    said = _help(name, capsys=capsys)

    assert said.startswith(f"usage: underkeel {name} ")
    assert COMMANDS[name].description in said


def test_that_the_manual_names_every_format_that_is_imported() -> None:
    manual = "".join(page.read_text("utf-8") for page in resources.path("manual").glob("import-*.md"))

    assert [name for name in IMPORTERS if f"underkeel import {name} " not in manual] == []


def test_that_the_table_loads_nothing_that_only_one_command_needs() -> None:
    heavy = "{'numpy', 'yaml', 'msgspec', 'networkx', 'PySide6', 'topology'}"
    program = f"import sys, console.app.cli; print({heavy} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout == "set()\n"


@pytest.mark.parametrize("name", ["preview", "check"])
def test_that_help_is_also_a_word(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["help", name])
    assert left.value.code == 0
    assert capsys.readouterr().out.startswith(f"usage: underkeel {name} ")


def test_that_a_question_typed_as_a_preview_is_told_where_it_is_answered(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["preview", "explain index"]) == 2
    assert "explain index" in capsys.readouterr().err.partition("asked as: ")[2]


@pytest.mark.parametrize(
    "words",
    [
        ["preview", "remove 4 servers from billing", "--region", ""],
        ["headroom", "--region="],
        ["audit", ""],
        ["restart", ""],
        ["check", ""],
        ["import", ""],
        ["plan", "save", "remove 4 servers from billing", "--out", ""],
        ["journal", "verify", "--expect", ""],
        ["ledger", "check", " "],
        ["trust", ""],
        ["replay", "", "--text"],
        ["record", ""],
        ["status-page", "build", ""],
        ["serve-demo", ""],
        [""],
    ],
    ids=" ".join,
)
def test_that_a_variable_that_is_not_set_names_neither_the_default_nor_the_folder(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main(words)
    assert left.value.code == 2
    assert "is empty; write a name there, or leave the option out" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "why"),
    [("x" * 5000, "is longer than any name of a file"), ("a\udcff.toml", "is no text in UTF-8")],
    ids=["too long", "no text"],
)
@pytest.mark.parametrize(
    "words",
    [
        ["check"],
        ["check", "--format", "sarif"],
        ["headroom", "--region"],
        ["preview", "remove 1 server from billing", "--json", "--region"],
        ["plan", "save", "remove 1 server from billing", "--out"],
        ["audit"],
        ["import"],
        ["journal", "list", "--region"],
        ["trust"],
        ["ledger", "check"],
        ["replay", "--text"],
        ["status-page", "build"],
        ["record"],
        ["mcp", "--region"],
        ["support-bundle", "--yes"],
        [],
    ],
    ids=" ".join,
)
def test_that_a_name_that_no_file_can_have_is_one_sentence(
    words: list[str], name: str, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main([*words, name])
    assert left.value.code == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert why in last
    assert len(last) < 200

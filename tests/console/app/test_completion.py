"""Completion is made from the parsers, and real shells take it."""

import shutil
import subprocess
from argparse import _SubParsersAction
from pathlib import Path

import pytest

from console.app.cli import COMMANDS, whole_parser
from console.app.completion import SHELLS, completion_for

IN_BASH = """
source /dev/stdin
COMP_WORDS=({words}); COMP_CWORD=$(( ${{#COMP_WORDS[@]}} - 1 ))
_shtab_underkeel
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


def _run(program: str, script: str, text: str) -> list[str]:
    path = shutil.which(program)
    if path is None:
        pytest.skip(f"{program} is not installed here: apt-get install {program}")
    words = [path, "-c", script] if program != "bash" else [path, "--norc", "-c", script]
    done = subprocess.run(words, input=text, capture_output=True, text=True, check=False, timeout=30)
    assert done.stderr == ""
    return done.stdout.split("\n")[:-1]


def _in_bash(words: str) -> list[str]:
    return _run("bash", IN_BASH.format(words=words), completion_for(whole_parser(), "bash"))


def test_that_one_parser_has_every_subcommand() -> None:
    inner = [one for one in whole_parser()._actions if isinstance(one, _SubParsersAction)]

    assert list(inner[0].choices) == list(COMMANDS)


@pytest.mark.parametrize("shell", SHELLS)
def test_that_every_subcommand_is_completed_in_every_shell(shell: str) -> None:
    text = completion_for(whole_parser(), shell)

    assert [name for name in COMMANDS if name not in text] == []


def test_that_bash_completes_subcommands_choices_and_regions() -> None:
    assert _in_bash("underkeel previ") == ["preview"]
    assert _in_bash("underkeel check --format sa") == ["sarif"]
    assert "s3-us-east-1" in _in_bash("underkeel headroom --region s3-")


NAMED = [
    ("underkeel s3-", "s3-us-east-1"),
    ("underkeel min", "mine.toml"),
    ("underkeel headroom --region s3-", "s3-us-east-1"),
    ("underkeel replay s3-", "s3-2017"),
    ("underkeel replay --against min", "mine.toml"),
    ("underkeel audit drain-", "drain-rack"),
    ("underkeel audit min", "mine.toml"),
    ("underkeel plan show min", "mine.toml"),
    ("underkeel ledger backup min", "mine.toml"),
]
"""What is bundled, and files, wherever a word may name one."""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine.toml").touch()
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(("words", "offered"), NAMED)
@pytest.mark.usefixtures("here")
def test_that_bash_completes_what_is_bundled_and_files(words: str, offered: str) -> None:
    assert _in_bash(words) == [offered]


@pytest.mark.usefixtures("here")
def test_that_bash_offers_files_as_the_first_word_only_once_one_is_begun() -> None:
    offered = _in_bash("underkeel ''")
    assert {"s3-us-east-1", *COMMANDS} == set(offered)


@pytest.mark.parametrize(("words", "offered"), NAMED)
@pytest.mark.usefixtures("here")
def test_that_fish_completes_what_is_bundled_and_files(words: str, offered: str) -> None:
    said = _run("fish", f"source -; complete -C '{words}'", completion_for(whole_parser(), "fish"))
    assert [line.partition("\t")[0] for line in said] == [offered]


def test_that_zsh_is_told_of_regions_where_it_offers_subcommands() -> None:
    text = completion_for(whole_parser(), "zsh")
    commands = text.partition("_shtab_underkeel_commands() {")[2].partition("\n}")[0]
    assert "compadd s3-us-east-1" in commands
    for what in ("regions", "incidents", "playbooks"):
        assert text.count(f"_underkeel_file_or_{what}") > 1  # what offers them, and where it is asked


def test_that_zsh_reads_it_without_a_word() -> None:
    _run(
        "zsh", "function compdef { }; function _arguments { }; source /dev/stdin", completion_for(whole_parser(), "zsh")
    )

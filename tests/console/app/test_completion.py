"""Completion is made from the parsers, and real shells take it."""

import shutil
import subprocess
from argparse import _SubParsersAction

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


def test_that_fish_completes_regions() -> None:
    script = "source -; complete -C 'underkeel headroom --region s3-'"

    assert any(line.startswith("s3-us-east-1") for line in _run("fish", script, completion_for(whole_parser(), "fish")))


def test_that_zsh_reads_it_without_a_word() -> None:
    _run(
        "zsh", "function compdef { }; function _arguments { }; source /dev/stdin", completion_for(whole_parser(), "zsh")
    )

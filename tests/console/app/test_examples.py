"""Every subcommand shows what to type, and what it shows can be typed."""

import json
import shlex
from argparse import ArgumentParser
from collections.abc import Callable

import pytest

from console.app.cli import COMMANDS, EXAMPLES, main, whole_parser, window_parser

EACH = [(name, example) for name, one in COMMANDS.items() for example in one.examples]
ANYWHERE = [
    (name, example)
    for name, example in EACH
    if name in ("preview", "headroom", "explain", "restart") and "regions/" not in example
]
"""These need nothing but what comes with the program."""


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_that_help_shows_examples(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")  # narrower than many an example, which is one line all the same
    examples = COMMANDS[name].examples
    assert examples
    shown = COMMANDS[name].parser().format_help().splitlines()[-len(examples) :]
    assert shown == [f"  underkeel {name} {one}".rstrip() for one in examples]


@pytest.mark.parametrize("parser", [window_parser, whole_parser])
def test_that_help_of_the_program_itself_shows_examples(parser: Callable[[], ArgumentParser]) -> None:
    shown = parser().format_help().splitlines()[-1 - len(EXAMPLES) :]
    assert shown == ["examples:", *(f"  underkeel {one}".rstrip() for one in EXAMPLES)]


@pytest.mark.parametrize("example", EXAMPLES)
def test_that_an_example_of_the_program_itself_is_read(example: str) -> None:
    words = shlex.split(example)
    parser = COMMANDS[words.pop(0)].parser() if words and words[0] in COMMANDS else window_parser()
    assert parser.parse_args(words) is not None


def test_that_a_description_is_wrapped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    shown = COMMANDS["audit"].parser().format_help().partition("positional")[0]
    assert max(map(len, shown.splitlines())) <= 60


@pytest.mark.parametrize(("name", "example"), EACH)
def test_that_an_example_is_read(name: str, example: str) -> None:
    assert COMMANDS[name].parser().parse_args(shlex.split(example)) is not None


@pytest.mark.parametrize(("name", "example"), ANYWHERE)
def test_that_an_example_is_answered(name: str, example: str, capsys: pytest.CaptureFixture[str]) -> None:
    code = main([name, *shlex.split(example)])
    out, err = capsys.readouterr()
    assert (code in (0, 1, 3), err) == (True, "")
    assert out
    assert "--json" not in example or json.loads(out)["format"] == 1

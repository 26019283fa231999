"""Completion of the program's words in a shell, made from the parsers themselves, so that it offers what they read."""

import argparse
from argparse import ArgumentParser
from pathlib import Path

from console.terminal.subcommand import REGION_WORD

SHELLS = ("bash", "zsh", "fish")


def completion_words(parser: ArgumentParser) -> None:
    """Declare the words of `underkeel completion`."""
    parser.add_argument("shell", choices=SHELLS, help="which shell is to complete")


def completion_for(parser: ArgumentParser, shell: str) -> str:
    """Give the text that a *shell* of SHELLS reads to complete the words of *parser*, subcommands included."""
    import shtab

    regions = _offers_regions()
    for one in _parsers(parser):
        for action in one._actions:  # noqa: SLF001 - argparse has no other list of what a parser reads
            if action.metavar == REGION_WORD:
                action.complete = regions  # type: ignore[attr-defined]  # the mark that shtab reads
            elif action.type is Path or action.metavar == "PATH":
                action.complete = shtab.FILE  # type: ignore[attr-defined]
    return str(shtab.complete(parser, shell))


def _parsers(parser: ArgumentParser) -> list[ArgumentParser]:
    """Give a parser and those of its subcommands."""
    subparsers = [one for one in parser._actions if isinstance(one, argparse._SubParsersAction)]  # noqa: SLF001
    return [parser, *(inner for one in subparsers for inner in one.choices.values())]


def _offers_regions() -> dict[str, str | dict[str, str]]:
    """Give what offers the bundled regions, and files, in each shell's own words."""
    from console.operating.regions import bundled

    names = " ".join(bundled())
    return {
        "bash": "_underkeel_regions",
        "zsh": "_underkeel_regions",
        "fish": f"(string split ' ' '{names}'; __fish_complete_path (commandline -ct))",
        "preamble": {
            "bash": f'_underkeel_regions() {{\n  compgen -W "{names}" -- "$1"\n  compgen -f -- "$1"\n}}\n',
            "zsh": f"_underkeel_regions() {{\n  compadd {names}\n  _files\n}}\n",
        },
    }

"""Completion of the program's words in a shell, made from the parsers themselves, so that it offers what they read."""

import argparse
from argparse import ArgumentParser
from collections.abc import Sequence

from console.terminal.subcommand import REGION_WORD, named_file

SHELLS = ("bash", "zsh", "fish")
FILES = ("PATH", "FILE", "FILE.zip", "OUT.png", "COMMAND|FILE", "COPY", "OTHER", "PROGRAM")
"""How words are shown that may name a file, whatever type reads them."""


def completion_words(parser: ArgumentParser) -> None:
    """Declare the words of `underkeel completion`."""
    parser.add_argument("shell", choices=SHELLS, help="which shell is to complete")


def completion_for(parser: ArgumentParser, shell: str) -> str:
    """Give the text that a *shell* of SHELLS reads to complete the words of *parser*, subcommands included."""
    import shtab

    offered = _offered()
    for one in _parsers(parser):
        for action in one._actions:  # noqa: SLF001 - argparse has no other list of what a parser reads
            shown = str(action.metavar)
            if shown in offered:
                action.complete = offered[shown]  # type: ignore[attr-defined]  # the mark that shtab reads
            elif action.type is named_file or shown in FILES:
                action.complete = shtab.FILE  # type: ignore[attr-defined]
    return _with_regions_first(str(shtab.complete(parser, shell)), shell)


def _parsers(parser: ArgumentParser) -> list[ArgumentParser]:
    """Give a parser and those of its subcommands, which a shell shows with one line each."""
    every = [parser]
    for action in parser._actions:  # noqa: SLF001
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            for listed in action._choices_actions:  # noqa: SLF001
                action.choices[listed.dest].description = listed.help
            every += action.choices.values()
    return every


def _offered() -> dict[str, dict[str, str | dict[str, str]]]:
    """Give, by how a word is shown, what offers the bundled things that it may name, and files."""
    from console.operating.incidents.incidents import bundled_incidents
    from console.operating.procedures.playbooks import bundled_playbooks
    from console.operating.regions import bundled

    return {
        REGION_WORD: _names_and_files("regions", bundled()),
        "NAME|PATH": _names_and_files("incidents", bundled_incidents()),
        "PLAYBOOK": _names_and_files("playbooks", bundled_playbooks()),
    }


def _names_and_files(what: str, bundled: Sequence[str]) -> dict[str, str | dict[str, str]]:
    """Give what offers *bundled* names, and files, in each shell's own words."""
    names = " ".join(bundled)
    function = f"_underkeel_file_or_{what}"  # bash knows by "_file" that a folder is to end in a slash
    return {
        "bash": function,
        "zsh": function,
        "fish": f"(string split ' ' '{names}'; __fish_complete_path (commandline -ct))",
        "preamble": {
            "bash": f'{function}() {{\n  compgen -W "{names}" -- "$1"\n  compgen -f -- "$1"\n}}\n',
            "zsh": f"{function}() {{\n  compadd {names}\n  _files\n}}\n",
        },
    }


def _with_regions_first(text: str, shell: str) -> str:
    """Add that the first word may be a region, too, which opens the console; files only once something of one is typed."""
    from console.operating.regions import bundled

    names = " ".join(bundled())
    if shell == "bash":
        lines = f'  compgen -W "{names}" -- "$1"\n  [ -z "$1" ] || compgen -f -- "$1"\n'
        return (
            f"{text}\n\n_underkeel_file_first() {{\n{lines}}}\n_shtab_underkeel_pos_0_COMPGEN=_underkeel_file_first\n"
        )
    if shell == "zsh":
        commands = "  _describe 'underkeel commands' _commands\n"
        return text.replace(commands, f"{commands}  compadd {names}\n  [[ -z $PREFIX ]] || _files\n", 1)
    paths = "test -n (commandline -ct); and __fish_complete_path (commandline -ct)"
    first = "_shtab_underkeel_using; and test $_shtab_underkeel_npos -eq 0"
    offers = ((f"({paths})", ""), (names, " -d region"))
    return text + "".join(f"\ncomplete -c underkeel -n '{first}' -a \"{what}\"{why}" for what, why in offers) + "\n"

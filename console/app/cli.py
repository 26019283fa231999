"""The `underkeel` command: opens the console, or answers in the terminal. No Qt is loaded unless a window is drawn."""

import argparse
import shlex
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from console.app.completion import completion_for, completion_words
from console.app.starting import import_trouble
from console.app.window_words import PICTURE, REPLAY
from console.kit.host.own_program import AUDIT_CHILD
from console.terminal.assistant.mcp_command import MCP
from console.terminal.checks.adapter_command import ADAPTER
from console.terminal.machine.desktop_entry import DESKTOP_ENTRY
from console.terminal.machine.support_bundle import SUPPORT_BUNDLE
from console.terminal.makers import GENERATE, IMPORT, LEDGER, RECORD, SERVE_DEMO
from console.terminal.plans.words import PLAN
from console.terminal.program import guarded, own_command, say_the_log
from console.terminal.questions import AUDIT, CHECK, EXPLAIN, HEADROOM, JOURNAL, PREVIEW, RESTART, TRUST
from console.terminal.schemas.schema_command import SCHEMA
from console.terminal.status_page.words import STATUS_PAGE
from console.terminal.subcommand import Subcommand, loopback, named, verbose_argument


def _completion(chosen: argparse.Namespace) -> int:
    sys.stdout.write(completion_for(whole_parser(), chosen.shell))
    return 0


COMPLETION = Subcommand(
    "completion",
    "print what lets a shell complete the words of this program",
    "Prints what lets a shell complete subcommands, options, regions and files. Where to put it: manual, page terminal.md.",
    completion_words,
    _completion,
    ("bash", "zsh", "fish"),
)

_TABLE = (
    PREVIEW,
    PLAN,
    CHECK,
    AUDIT,
    HEADROOM,
    EXPLAIN,
    RESTART,
    IMPORT,
    GENERATE,
    JOURNAL,
    PICTURE,
    REPLAY,
    RECORD,
    ADAPTER,
    TRUST,
    LEDGER,
    STATUS_PAGE,
    SERVE_DEMO,
    SCHEMA,
    MCP,
    DESKTOP_ENTRY,
    SUPPORT_BUNDLE,
    COMPLETION,
)
EXAMPLES = (
    "",
    "shop.toml --theme day",
    "s3-us-east-1 --metrics 127.0.0.1:9464",
    'preview "remove 4 servers from billing"',
)
COMMANDS = {one.name: one for one in _TABLE}
"""Every subcommand by its name: the parsers, `--help` and whatever else lists them read this table."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line; gives the exit status."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    return guarded(lambda: _explained(words))


def _explained(words: list[str]) -> int:
    """Run; where a part of the program cannot be loaded, say in one sentence why and what to type."""
    try:
        return _run(words)
    except (ImportError, AttributeError) as error:  # the second where a package of ours is there and not whole
        sentence = import_trouble(error)
        if not sentence:
            raise
        sys.stderr.write(f"{sentence}.\n")
        return 2


def _run(words: list[str]) -> int:
    if words[:1] == ["help"]:  # as git and others have it; a region of that name is written sim:help or ./help
        words = [*words[1:2], "--help"]
    if words[:1] == ["--verbose"] and len(words) > 1 and words[1] in COMMANDS:  # as the manual page shows it
        words = [words[1], "--verbose", *words[2:]]
    if words == [AUDIT_CHILD]:
        from console.operating.procedures.audit_child import main as audit_for_another

        return audit_for_another(sys.stdin.buffer, sys.stdout.buffer)
    command = COMMANDS.get(words[0]) if words else None
    if command is None:
        return _open(words)
    chosen = command.parser().parse_args(words[1:])
    if chosen.verbose:
        say_the_log()
    return command.run(chosen)


def _meant(words: list[str]) -> str:
    """Give the command that a first word almost is, where it cannot name a region; else nothing."""
    longest = max(map(len, COMMANDS))
    if not words or not words[0].isalpha() or len(words[0]) > 2 * longest or Path(words[0]).exists():
        return ""
    from difflib import get_close_matches

    return next(iter(get_close_matches(words[0].lower(), COMMANDS, n=1, cutoff=0.7)), "")


def _open(words: list[str]) -> int:
    meant = _meant(words)
    if meant:
        again = shlex.join([meant, *words[1:]])
        sys.stderr.write(f"There is no command or region {words[0]!r}. Did you mean: {own_command()} {again}\n")
        return 2
    chosen = window_parser().parse_args(words)
    if chosen.verbose:
        say_the_log()
    from console.app.app import open_console

    return open_console(
        chosen.region, fresh=chosen.fresh, theme=chosen.theme, scale=chosen.scale, metrics=chosen.metrics
    )


def window_parser() -> argparse.ArgumentParser:
    """Give what reads the words where the first names no subcommand: those that open the console."""
    listing = "\n".join(f"  {one.name:<16}{one.help}" for one in _TABLE)
    parser = _parser(f"in the terminal, without a window (each with --help):\n{listing}\n\n{_examples()}")
    parser.add_argument(
        "region", nargs="?", type=named, help="a bundled region, sim:NAME, file:PATH or a path (default: s3-us-east-1)"
    )
    return parser


def whole_parser() -> argparse.ArgumentParser:
    """Give one parser of every word, subcommands included: what completion and the manual page are made from."""
    parser = _parser(_examples())
    inner = parser.add_subparsers(metavar="COMMAND", title="in the terminal, without a window")
    for one in _TABLE:
        one.declare_in(inner.add_parser(one.name, help=one.help))
    return parser


def _examples() -> str:
    return "\n".join(("examples:", *(f"  underkeel {example}".rstrip() for example in EXAMPLES)))


def _parser(epilog: str) -> argparse.ArgumentParser:
    """Give the parser of what stands before or without a subcommand, but for the region."""
    parser = argparse.ArgumentParser(
        prog="underkeel",
        description="Shows what a removal would take from every subsystem, before it is confirmed.",
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--fresh", action="store_true", help="forget earlier acts on a simulated region")
    parser.add_argument("--theme", choices=("night", "day", "contrast"), help="for this session")
    parser.add_argument("--scale", type=int, choices=(100, 110, 125, 150, 175, 200), help="percent, for this session")
    parser.add_argument(
        "--metrics",
        type=loopback,
        metavar="ADDRESS",
        help="let a Prometheus on this machine read how the console does, at such as 127.0.0.1:9464",
    )
    verbose_argument(parser)
    parser.add_argument("--version", action="version", version=f"underkeel {_version()}")
    return parser


def _version() -> str:
    try:
        return version("underkeel")
    except PackageNotFoundError:
        return "(not installed)"


if __name__ == "__main__":
    sys.exit(main())

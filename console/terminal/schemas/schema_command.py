"""`underkeel schema NAME`: prints the JSON Schema of a file or a report, for editors and checks elsewhere."""

import sys
from argparse import ArgumentParser, Namespace

from console.terminal.subcommand import Subcommand

NAMES = (
    "region", "playbook", "incident", "preview", "plan", "headroom", "explain", "restart", "audit", "journal", "check", "made",
    "replay", "verified", "trust", "ledger", "adapter", "status-page", "desktop-entry",
    "support-bundle", "serve-demo",
)  # fmt: skip


def _words(parser: ArgumentParser) -> None:
    parser.add_argument("name", choices=NAMES, metavar="NAME", help=f"of which file or answer: {', '.join(NAMES)}")


def _schema(chosen: Namespace) -> int:
    import msgspec

    from console.terminal.schemas.reports import schemas

    sys.stdout.write(msgspec.json.format(msgspec.json.encode(schemas()[chosen.name]), indent=2).decode() + "\n")
    return 0


SCHEMA = Subcommand(
    "schema",
    "print the JSON Schema of a file or of an answer",
    "Prints the JSON Schema (draft 2020-12) of region, playbook or incident files, or of what a subcommand answers as JSON. "
    "An editor that knows it marks a misspelt key at its line.",
    _words,
    _schema,
    ("region", "preview"),
)

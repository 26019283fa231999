"""The words of the subcommands that make files: each entry says what it takes, and hands it to the file that makes them."""

import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace, RawDescriptionHelpFormatter
from pathlib import Path
from typing import TYPE_CHECKING

from console.terminal.subcommand import Subcommand, json_argument, named, named_file, region_argument, whole

COLUMNS = {
    "name": "the name of a server",
    "zone": "its zone",
    "cell": "its cell",
    "rack": "its rack",
    "state": "its state",
    "supports": "the subsystems that it supports",
    "from": "who needs something",
    "to": "what it needs",
    "kind": "hard or soft",
}
"""What a column of a table can be for, by its option."""

if TYPE_CHECKING:
    from topology.region.region import Amount


def _import_words(parser: ArgumentParser) -> None:
    from console.terminal.imports.outside import importers

    listing = "\n".join(f"  {one.name:<12}{one.help}" for one in importers().values())
    parser.usage = "underkeel import [-h] [--out OUT] [--floor FLOOR] [--json] [FORMAT] PATH ..."
    parser.add_argument(
        "path", nargs="+", type=named, metavar="PATH", help="what to read, behind its format where that is not plain"
    )
    parser.add_argument("--out", type=named_file, help="the region file to write (default: standard output)")
    parser.add_argument(
        "--floor",
        type=_floor,
        metavar="FLOOR",
        help="the floor of each subsystem of which nothing states one, such as 1 or 90%%; without it removals there are refused",
    )
    json_argument(parser, "what was made, with the notes, as JSON; needs --out")
    for name, what in COLUMNS.items():
        parser.add_argument(f"--{name}", metavar="COLUMN", help=f"of a table: the column with {what}")
    parser.formatter_class = RawDescriptionHelpFormatter
    parser.epilog = f"formats:\n{listing}"


def _import(chosen: Namespace) -> int:
    from console.terminal.imports.driver import import_files
    from console.terminal.imports.outside import importers

    first, *rest = chosen.path
    format_name, paths = (first, rest) if first in importers() else ("", chosen.path)
    if not paths:
        chosen.refuse(f"write what to import behind {format_name}")
    if format_name and not importers()[format_name].endings and len(paths) > 1:
        chosen.refuse(f"{format_name} reads one file, not {len(paths)}")
    if chosen.json and chosen.out is None:
        chosen.refuse("--json tells of the file that was written: name it with --out FILE")
    columns = {name: getattr(chosen, name) for name in COLUMNS if getattr(chosen, name) is not None}
    files = [Path(path) for path in paths]
    wishes = {"floor": chosen.floor, "columns": columns, "as_json": chosen.json}
    return import_files(format_name, files, chosen.out, sys.stdout, sys.stderr, **wishes)


def _floor(text: str) -> "Amount":
    from topology.region.region import Amount

    try:
        return Amount.parse(int(text) if text.isascii() and text.isdigit() else text)
    except ValueError as error:
        raise ArgumentTypeError(f"{error}; write one such as 1 or 90%") from error


def _generate_words(parser: ArgumentParser) -> None:
    parser.add_argument("out", type=named_file, metavar="OUT", help="the folder to make")
    parser.add_argument("--servers", type=whole(1_000_000), required=True, metavar="N", help="1 to 1,000,000")
    parser.add_argument(
        "--subsystems", type=whole(10_000), required=True, metavar="M", help="1 to 10,000, externals included"
    )
    parser.add_argument("--seed", type=whole(2**63 - 1, least=0), default=0, metavar="S", help="default: 0")
    json_argument(parser)


def _generate(chosen: Namespace) -> int:
    from console.terminal.generate_command import generate_command

    size = chosen.servers, chosen.subsystems, chosen.seed
    return generate_command(chosen.out, *size, sys.stdout, sys.stderr, as_json=chosen.json)


def _record_words(parser: ArgumentParser) -> None:
    parser.add_argument("folder", type=named_file, metavar="FOLDER", help="a new folder")
    region_argument(parser)
    parser.add_argument("--seconds", type=whole(86_400), metavar="N", help="end after so long")
    json_argument(parser)


def _record(chosen: Namespace) -> int:
    from console.terminal.record_command import record_command

    asked = chosen.region, chosen.folder, chosen.seconds
    return record_command(*asked, sys.stdout, sys.stderr, as_json=chosen.json)


IMPORT = Subcommand(
    "import",
    "make a region file from what another tool knows",
    "Makes a region file from what another tool knows: of manifests any number, with folders; of any other format one file.",
    _import_words,
    _import,
    ("manifests/ --out region.toml", "graph services.dot --out region.toml"),
)
GENERATE = Subcommand(
    "generate",
    "make a believable region, invented from end to end",
    "Makes a believable region, invented from end to end: OUT/region.toml with OUT/fleet.csv. The same "
    "numbers and seed give the same files. OUT is new, empty, or what generate made there, untouched since.",
    _generate_words,
    _generate,
    ("big --servers 100_000 --subsystems 200 --seed 7",),
)
RECORD = Subcommand(
    "record",
    "watch a region, and save what happened as an incident",
    "Watches a region, and saves what happened there as the folder of an incident. Acts on nothing. "
    "Ctrl+C ends and saves. Exit status: 0, or 2 when nothing was saved.",
    _record_words,
    _record,
    ("seen --region regions/us-east-1.toml --seconds 3600",),
)


def _ledger_words(parser: ArgumentParser) -> None:
    parser.add_argument("verb", choices=("backup", "restore", "check"), help="copy it, put a copy back, or check it")
    parser.add_argument("region", type=named, metavar="FILE", help="the description of the live region")
    parser.add_argument("--file", type=named_file, metavar="COPY", help="where the copy goes, or comes from")
    json_argument(parser)


def _ledger(chosen: Namespace) -> int:
    from console.terminal.ledger_command import ledger_command

    return ledger_command(chosen.verb, chosen.region, chosen.file, sys.stdout, sys.stderr, as_json=chosen.json)


LEDGER = Subcommand(
    "ledger",
    "copy the ledger of a live region, put a copy back, or check it",
    "Keeps copies of what a live region's acts rest on: who acts, which waves were answered, what is reserved. Acts on no "
    "server. Exit status: 0 done, 2 not.",
    _ledger_words,
    _ledger,
    ("backup regions/edge.toml --file edge.db", "check regions/edge.toml"),
)


def _serve_demo_words(parser: ArgumentParser) -> None:
    parser.add_argument("at", type=named, metavar="ETCD", help="where: etcd://HOST:PORT,HOST:PORT/PREFIX/")
    region_argument(parser)
    parser.add_argument(
        "--out", type=named_file, metavar="FILE", help="also write the description with which consoles open it"
    )
    for name, what in (
        ("ca", "certificate authority"),
        ("certificate", "certificate"),
        ("key", "key of the certificate"),
    ):
        parser.add_argument(f"--{name}", default="", metavar="FILE", help=f"the {what}, where etcd wants TLS")
    json_argument(parser, "one JSON object a line, for each step")


def _serve_demo(chosen: Namespace) -> int:
    from console.terminal.demonstration.serve_demo_command import serve_demo_command
    from topology.region.source import Tls

    tls = Tls(chosen.ca, chosen.certificate, chosen.key)
    return serve_demo_command(chosen.at, chosen.region, tls, chosen.out, sys.stdout, sys.stderr, as_json=chosen.json)


SERVE_DEMO = Subcommand(
    "serve-demo",
    "put a region into an etcd and play its agents, to try consoles on",
    "Puts the servers of a region into an etcd, under PREFIX, and plays the agents of its racks until Ctrl+C. A region that is "
    "there already is only given agents. Nothing real is touched. Exit status: 0, or 2 where it could not be done.",
    _serve_demo_words,
    _serve_demo,
    ("etcd://127.0.0.1:2379/demo/ --out demo.toml",),
)

"""The words of `underkeel status-page`."""

import sys
from argparse import ArgumentParser, Namespace

from console.terminal.subcommand import Subcommand, json_argument, live_argument, named_file, region_argument, whole

PORT = 8017


def _words(parser: ArgumentParser) -> None:
    parser.add_argument(
        "verb",
        choices=("build", "publish", "serve", "drill"),
        help="write the files, publish them to every target, show them on loopback, or try every target out",
    )
    parser.add_argument(
        "out", nargs="?", type=named_file, metavar="OUT", help="with build: the folder, an empty or a new one"
    )
    region_argument(parser)
    live_argument(parser)
    json_argument(parser, "with build, publish and drill: what became of it")
    parser.add_argument(
        "--port", type=whole(65_535, least=0), default=PORT, metavar="N", help=f"with serve (default: {PORT}; 0: any)"
    )


def _run(chosen: Namespace) -> int:
    from console.terminal.status_page.status_page_command import status_page_command

    if (chosen.verb == "build") != (chosen.out is not None):
        chosen.refuse("build needs the folder to write to, and the others take none")
    if chosen.json and chosen.verb == "serve":
        chosen.refuse("serve answers to browsers, and not with --json")
    return status_page_command(
        chosen.verb,
        chosen.region,
        chosen.out,
        sys.stdout,
        sys.stderr,
        live=chosen.live,
        port=chosen.port,
        as_json=chosen.json,
    )


STATUS_PAGE = Subcommand(
    "status-page",
    "make, publish or try out the page for those outside",
    "Makes the status page of a region from its description, or with --live from its source, and from its journal. Exit status: "
    "0 done, 1 a target failed, 2 the region cannot be read or states no [status_page].",
    _words,
    _run,
    ("build /tmp/page --region shop.toml", "publish --region shop.toml --live", "drill --region shop.toml --live"),
)

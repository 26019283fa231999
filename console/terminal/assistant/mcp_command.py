"""`underkeel mcp`: lets an assistant ask about a region, over standard input and output. It can act on nothing."""

import sys
from argparse import ArgumentParser, Namespace

from console.terminal.subcommand import Subcommand, live_argument, region_argument


def _words(parser: ArgumentParser) -> None:
    region_argument(parser)
    live_argument(parser)


def _mcp(chosen: Namespace) -> int:
    try:
        import mcp  # noqa: F401 - whether it is there
    except ImportError:
        sys.stderr.write(
            "underkeel mcp needs the package mcp, which is not installed here: pip install 'underkeel[mcp]'\n"
        )
        return 2
    from console.operating.state_reading import read_state
    from console.terminal.assistant.questions import Questions
    from console.terminal.assistant.server import server_for
    from topology.region.description import RegionError

    try:
        read_state(chosen.region, live=chosen.live)
    except RegionError as error:
        sys.stderr.write("\n".join(error.problems) + "\n")
        return 2
    server_for(Questions(chosen.region, chosen.live)).run("stdio")
    return 0


MCP = Subcommand(
    "mcp",
    "let an assistant ask about a region; it can act on nothing",
    "Serves questions about one region to an assistant, by the Model Context Protocol over standard input and output: headroom, "
    "preview, explain, restart, audit, journal. Every one only reads. Exit status: 0 at the end of input, 2 where the region "
    "cannot be read.",
    _words,
    _mcp,
    ("--region regions/us-east-1.toml",),
)

"""The words of `underkeel plan`; what it does is loaded when it is called."""

import sys
from argparse import ArgumentParser, Namespace

from console.terminal.subcommand import Subcommand, json_argument, live_argument, named_file, region_argument


def _words(parser: ArgumentParser) -> None:
    parser.add_argument("verb", choices=("save", "show"), help="save the plan of a command, or show a saved one")
    parser.add_argument("what", metavar="COMMAND|FILE", help="what to plan, or the file to read")
    region_argument(parser)
    live_argument(parser)
    parser.add_argument("--out", type=named_file, metavar="FILE", help="with save: a new file")
    json_argument(parser, "the plan as saved; with show also as judged now")


def _run(chosen: Namespace) -> int:
    from console.terminal.plans.plan_command import plan_command

    return plan_command(chosen, sys.stdout, sys.stderr)


PLAN = Subcommand(
    "plan",
    "save a plan to a file, or show one, judged again",
    "Saves the plan of a command with its servers, for a review; or shows a saved one, judged again by the region as it is now. "
    "Acts on nothing. Exit status: 0 clear, 3 caution, 1 blocked or stale, 2 unreadable.",
    _words,
    _run,
    ('save "remove 40 servers from billing" --out plan.json', "show plan.json"),
)

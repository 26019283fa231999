"""The words of the subcommands that draw a window: `picture` and `replay`."""

import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from pathlib import Path

from console.terminal.subcommand import Subcommand, json_argument, named, named_file, region_argument

SIZE = (1680, 1000)


def _picture_words(parser: ArgumentParser) -> None:
    parser.add_argument("out", type=_png, metavar="OUT.png")
    region_argument(parser)
    parser.add_argument("--command", default="", help="text to type into the command line")
    parser.add_argument("--theme", choices=("night", "day", "contrast"), default="night")
    parser.add_argument("--size", type=_size, default=SIZE, metavar="WxH", help="pixels (default: 1680x1000)")
    json_argument(parser)


def _picture(chosen: Namespace) -> int:
    from console.app.picture import save_picture

    return save_picture(
        chosen.out,
        chosen.region,
        chosen.command,
        chosen.theme,
        chosen.size,
        sys.stdout,
        sys.stderr,
        as_json=chosen.json,
    )


def _replay_words(parser: ArgumentParser) -> None:
    parser.add_argument(
        "incident", nargs="?", type=named, metavar="NAME|PATH", help="a bundled incident, or the folder of one"
    )
    parser.add_argument("--list", action="store_true", help="name the bundled incidents")
    parser.add_argument("--text", action="store_true", help="print the timeline instead of opening a window")
    parser.add_argument("--theme", choices=("night", "day", "contrast"), help="of the window, for this session")
    json_argument(parser, "the stable format of the manual")
    parser.add_argument("--acts", type=named_file, metavar="FILE", help="run a trainee's acts, and print the score")
    parser.add_argument(
        "--table",
        type=named_file,
        metavar="FOLDER",
        help="print the debriefs in FOLDER that were saved as JSON as one table, in CSV",
    )
    parser.add_argument(
        "--against",
        type=named,
        metavar="OTHER",
        help="with --acts: beside another run (acts, or a debrief as JSON), or the same acts with another tool or policy",
    )
    parser.add_argument(
        "--station", type=named, metavar="ADDRESS", help="direct the run at ADDRESS, from the instructor's station"
    )
    parser.add_argument("--join", type=named, metavar="ADDRESS", help="act in the run at ADDRESS, as a second operator")
    parser.add_argument(
        "--html", type=named_file, metavar="FILE", help="with --acts: also write the debrief as one page"
    )


def _replay(chosen: Namespace) -> int:
    from console.terminal.replay_command import list_incidents, run_trainee, show_timeline

    if chosen.table is not None:
        from console.terminal.training.class_command import table_of_class

        return table_of_class(chosen.table, sys.stdout, sys.stderr, as_json=chosen.json)
    if chosen.acts is not None and chosen.incident and chosen.against is not None:
        from console.terminal.runs.compare_runs import compare_runs

        if chosen.html is not None:
            chosen.refuse("--html writes one run; leave --against out")
        return compare_runs(chosen.incident, chosen.acts, chosen.against, chosen.json, sys.stdout, sys.stderr)
    if chosen.against is not None:
        chosen.refuse("--against needs the name of an incident and --acts")
    if chosen.acts is not None and chosen.incident:
        return run_trainee(chosen.incident, chosen.acts, chosen.json, chosen.html, sys.stdout, sys.stderr)
    if chosen.acts is not None or chosen.html is not None:
        chosen.refuse("--acts needs the name of an incident, and --html needs --acts")
    if chosen.station is not None or chosen.join is not None:
        return _joined(chosen)
    if _in_a_window(chosen):
        from console.app.app import open_replay

        return open_replay(chosen.incident, theme=chosen.theme)
    if chosen.list or not chosen.incident:
        return list_incidents(chosen.json, sys.stdout, sys.stderr)
    return show_timeline(chosen.incident, chosen.json, sys.stdout, sys.stderr)


def _joined(chosen: Namespace) -> int:
    if chosen.station is not None and chosen.join is not None:
        chosen.refuse("--station and --join are two windows; open one after the other")
    if not _in_a_window(chosen):
        chosen.refuse("--station and --join need a display, and go with neither --list, --json nor --text")
    from console.app.app import open_joined

    as_station = chosen.station is not None
    return open_joined(chosen.station or chosen.join, chosen.incident, as_station=as_station, theme=chosen.theme)


def _in_a_window(chosen: Namespace) -> bool:
    """Whether a window is wanted and there is a display for it."""
    if chosen.list or chosen.json or chosen.text:
        return False
    from console.app.display import has_display

    return has_display()


def _png(text: str) -> Path:
    path = named_file(text)
    if path.suffix.lower() != ".png":
        raise ArgumentTypeError(f"{text!r} does not end in .png; only PNG files are written")
    return path


def _size(text: str) -> tuple[int, int]:
    width, cross, height = text.partition("x")
    if not (cross and width.isascii() and height.isascii() and width.isdigit() and height.isdigit()):
        raise ArgumentTypeError(f"{text!r} is not a size; write pixels such as 1680x1000")
    size = (int(width[:6]), int(height[:6]))
    if not (640 <= size[0] <= 8192 and 480 <= size[1] <= 8192):
        raise ArgumentTypeError(f"{text} is not between 640x480 and 8192x8192")
    return size


PICTURE = Subcommand(
    "picture",
    "draw the window into a PNG file",
    "Draws the real window off screen into a PNG file. Reads and keeps no acts.",
    _picture_words,
    _picture,
    ("overview.png", 'overview.png --command "remove 40 servers from billing"'),
)
REPLAY = Subcommand(
    "replay",
    "replay an incident, or train in one",
    "Replays an incident in a window, one that is chosen there if none is named; with --text, --json or "
    "without a display, in the terminal. Reaches no live region and writes no journal. Exit status: 0, or 2 when "
    "something could not be read.",
    _replay_words,
    _replay,
    ("", "s3-2017", "s3-2017 --text"),
)

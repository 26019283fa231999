"""The words of `underkeel replay`."""

import argparse
from pathlib import Path
from typing import TextIO


def replay(words: list[str], out: TextIO, err: TextIO) -> int:
    """Run `underkeel replay`; gives the exit status."""
    parser = argparse.ArgumentParser(
        prog="underkeel replay",
        description="Replays an incident in a window, one that is chosen there if none is named; with --text, --json or "
        "without a display, in the terminal. Reaches no live region and writes no journal. Exit status: 0, or 2 when "
        "something could not be read.",
    )
    parser.add_argument("incident", nargs="?", metavar="NAME|PATH", help="a bundled incident, or the folder of one")
    parser.add_argument("--list", action="store_true", help="name the bundled incidents")
    parser.add_argument("--text", action="store_true", help="print the timeline instead of opening a window")
    parser.add_argument("--theme", choices=("night", "day"), help="of the window, for this session")
    parser.add_argument("--json", action="store_true", help="the stable format of the manual")
    parser.add_argument("--acts", type=Path, metavar="FILE", help="run a trainee's acts, and print the score")
    parser.add_argument("--html", type=Path, metavar="FILE", help="with --acts: also write the debrief as one page")
    chosen = parser.parse_args(words)
    from console.terminal.replay_command import list_incidents, run_trainee, show_timeline

    if chosen.acts is not None and chosen.incident:
        return run_trainee(chosen.incident, chosen.acts, chosen.json, chosen.html, out, err)
    if chosen.acts is not None or chosen.html is not None:
        parser.error("--acts needs the name of an incident, and --html needs --acts")
    if _in_a_window(chosen):
        from console.app.app import open_replay

        return open_replay(chosen.incident, theme=chosen.theme)
    if chosen.list or not chosen.incident:
        return list_incidents(chosen.json, out, err)
    return show_timeline(chosen.incident, chosen.json, out, err)


def _in_a_window(chosen: argparse.Namespace) -> bool:
    """Whether a window is wanted and there is a display for it."""
    if chosen.list or chosen.json or chosen.text:
        return False
    from console.app.app import has_display

    return has_display()

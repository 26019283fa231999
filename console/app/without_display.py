"""The main job where there is no display: the same console off screen, with its preview in the terminal.

Run with `python -m console.app.without_display [REGION]`; the set-up program does so when it finds no display.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from console.app.offscreen import draw_window
from console.app.picture import FAILED, write_png
from console.operating.regions import address_of
from console.terminal.preview_command import plan_table
from console.terminal.program import guarded, own_command
from topology.region.description import RegionError
from topology.region.errors import LinkError

COMMAND = "remove 400 servers from billing"
SIZE = (1680, 1000)
FILE = "underkeel.png"


def main(arguments: Sequence[str] | None = None) -> int:
    """Show what the window would show; gives the exit status."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    return guarded(lambda: _show([word for word in words if not word.startswith("-")]))


def _show(words: list[str]) -> int:
    region = words[0] if words else None
    write = sys.stdout.write
    try:
        address_of(region)
    except RegionError as error:
        sys.stderr.write(f"{error}\n")
        return FAILED
    write(
        f"There is no display, so the console opens off screen and this is typed into its command line:\n\n  › {COMMAND}\n\n"
    )
    try:
        picture = draw_window(region, COMMAND, "night", SIZE)
    except (RegionError, LinkError) as error:
        sys.stderr.write(f"{error}\n")
        return FAILED
    if picture.plan is None:
        write("That makes no plan on this region; the picture says why.\n")
    else:
        write(plan_table(picture.plan) + "\n")
    trouble = write_png(picture.image, Path(FILE))
    if trouble:
        sys.stderr.write(trouble + "\n")
        return FAILED
    write(
        f"\nThe window as it looked is in {FILE}. To open it: log in to a desktop, or connect with ssh -X, and run this again.\n"
        f'To ask again here: {own_command()} preview "remove 4 servers from billing"\n'
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""`underkeel trust FILE`: shows what opening a live region would run or reach, and keeps that this operator trusts it."""

from pathlib import Path
from typing import TextIO

from console.operating.regions import read_file
from console.operating.trusting.trust import Trust, TrustError, request_of
from topology.region.description import RegionError

REFUSED = 1
UNREADABLE = 2


def trust_command(path: Path, yes: bool, asked: TextIO, out: TextIO, err: TextIO) -> int:
    """Show the same as the window asks, and keep the answer; *yes* answers for scripts. Nothing is opened.

    Gives 0 when it is trusted, 1 when it is not, 2 when the file cannot be read or states no source.
    """
    try:
        source = read_file(path, str(path)).source
    except RegionError as error:
        err.write("\n".join(error.problems) + "\n")
        return UNREADABLE
    if source is None:
        err.write(f"{path}: states no [source], so it is simulated and needs no trust.\n")
        return UNREADABLE
    trust, request = Trust(), request_of(path, source)
    out.write("\n".join(request.facts) + "\n")
    for caution in request.cautions:
        out.write(f"Caution: {caution}\n")
    if trust.holds(path, source):
        out.write("You trust it already.\n")
        return 0
    if not yes and not _agrees(asked, out):
        out.write("It stays untrusted; nothing was opened.\n")
        return REFUSED
    try:
        trust.add(path, source)
    except TrustError as error:
        err.write(f"{error}\n")
        return UNREADABLE
    out.write(f"Trusted, until this changes. Open it: underkeel {path}\n")
    return 0


def _agrees(asked: TextIO, out: TextIO) -> bool:
    if not asked.isatty():
        out.write("Nobody is there to ask; say --yes if you trust it.\n")
        return False
    out.write("Trust it? Type yes: ")
    out.flush()
    return asked.readline().strip().lower() == "yes"

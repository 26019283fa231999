"""`underkeel trust FILE`: shows what opening a live region would run or reach, and keeps that this operator trusts it."""

from pathlib import Path
from typing import TextIO

from console.operating.regions import read_file
from console.operating.trusting.trust import Trust, TrustError, TrustRequest, request_of
from console.terminal.streams.json_answer import FORMAT, write_json
from topology.region.description import RegionError
from topology.region.source import Source

REFUSED = 1
UNREADABLE = 2


def trust_command(path: Path, yes: bool, asked: TextIO, out: TextIO, err: TextIO, *, as_json: bool = False) -> int:
    """Show the same as the window asks, and keep the answer; *yes* answers for scripts. Nothing is opened.

    As JSON nobody is asked: without *yes* it says whether it is trusted.

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
    if as_json:
        return _answer(trust, request, source, yes, out, err)
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


def _answer(trust: Trust, request: TrustRequest, source: Source, yes: bool, out: TextIO, err: TextIO) -> int:
    try:
        if yes:
            trust.add(request.path, source)
    except TrustError as error:
        err.write(f"{error}\n")
        return UNREADABLE
    trusted = trust.holds(request.path, source)
    facts = {"facts": request.facts, "cautions": request.cautions}
    write_json({"format": FORMAT, "file": str(request.path), "trusted": trusted, **facts}, out)
    return 0 if trusted else REFUSED


def _agrees(asked: TextIO, out: TextIO) -> bool:
    if not asked.isatty():
        out.write("Nobody is there to ask; say --yes if you trust it.\n")
        return False
    out.write("Trust it? Type yes: ")
    out.flush()
    return asked.readline().strip().lower() == "yes"

"""`underkeel ledger`: copies the ledger of a live region, puts a copy back, or checks one. It acts on no server."""

from pathlib import Path
from typing import TextIO

import msgspec

from console.operating.access import (
    NAME,
    LedgerError,
    LedgerReport,
    backup_ledger,
    check_ledger,
    journal_path,
    ledger_path,
    restore_ledger,
)
from console.operating.regions import address_of, file_of, folder_of, stated_source
from console.terminal.journal_command import NONE_YET, lies_at
from console.terminal.streams.json_answer import FORMAT, write_json
from console.words.writing import plural
from topology.region.description import RegionError

UNREADABLE = 2


def ledger_command(
    verb: str, region: str, copy: Path | None, out: TextIO, err: TextIO, *, as_json: bool = False
) -> int:
    """Do *verb* (`backup`, `restore` or `check`) with the ledger of *region*; gives 0, or 2 where it could not be done."""
    try:
        address = address_of(region)
        source = stated_source(file_of(address))
        if source is not None and source.ledger:
            err.write(
                f"The ledger of {region} is {source.ledger}, not a file: {_by_its_own_tools(verb, source.ledger)}.\n"
            )
            return UNREADABLE
        folder = folder_of(address)
        path = ledger_path(folder, source)
        none_yet = not (lies_at(path) or lies_at(journal_path(folder, NAME)))
        if verb == "check":
            report = LedgerReport(path, "", 0, 0.0, 0, (), 0, 0, 0) if none_yet else check_ledger(path)
        elif copy is None:
            err.write(f"underkeel ledger {verb}: say with --file which copy.\n")
            return UNREADABLE
        elif verb == "backup":
            report = backup_ledger(path, copy)
        else:
            report = restore_ledger(copy, path)
    except RegionError as error:
        err.write("\n".join(error.problems) + "\n")
        return UNREADABLE
    except LedgerError as error:
        err.write(f"{error}\n")
        return UNREADABLE
    if as_json:
        write_json({"format": FORMAT, "did": verb, **msgspec.to_builtins(report, enc_hook=str)}, out)
        return 0
    if verb == "check" and none_yet:
        out.write(f"{path}: there is no ledger yet: {NONE_YET}, and nothing is wrong\n")
        return 0
    out.write(_line(report) + "\n")
    if verb == "restore":
        out.write("Nothing leaves by it until you look at the region and type acknowledge there.\n")
    return 0


def _by_its_own_tools(verb: str, ledger: str) -> str:
    """Say what does it where the ledger lies in another system."""
    if not ledger.startswith("etcd:"):
        return "copy it with that system's own tools"
    members, _, prefix = ledger.removeprefix("etcd://").partition("/")
    endpoint = f"etcdctl --endpoints {members.split(',')[0]}"
    if verb == "check":
        return f"ask it with {endpoint} endpoint status, and each console says what it cannot read"
    if verb == "backup":
        return f"copy it with {endpoint} snapshot save FILE, which needs an administrator of etcd"
    doubt = f"""{endpoint} put /{prefix.strip("/")}/doubt '"put back from a copy"'"""
    return (
        f"stop its members, put each back with etcdutl snapshot restore FILE, start them, and before any console type {doubt}: "
        "then nothing leaves until somebody acknowledged it"
    )


def _line(report: LedgerReport) -> str:
    parts = (
        f"revision {report.revision:,}",
        f"{plural(report.unfinished, 'execution')} without an end, {len(report.running):,} running",
        f"{plural(report.unanswered, 'wave')} without an answer",
        f"{plural(report.reserved, 'reservation')}",
    )
    return f"{report.path}: {report.region or 'no region yet'}: {'; '.join(parts)}"

"""`underkeel ledger`: copies the ledger of a live region, puts a copy back, or checks one. It acts on no server."""

from pathlib import Path
from typing import TextIO

from console.operating.access import LedgerError, LedgerReport, backup_ledger, check_ledger, ledger_path, restore_ledger
from console.operating.regions import address_of, file_of, folder_of, stated_source
from console.words.writing import plural
from topology.region.description import RegionError

UNREADABLE = 2


def ledger_command(verb: str, region: str, copy: Path | None, out: TextIO, err: TextIO) -> int:
    """Do *verb* (`backup`, `restore` or `check`) with the ledger of *region*; gives 0, or 2 where it could not be done."""
    try:
        address = address_of(region)
        source = stated_source(file_of(address))
        if source is not None and source.ledger:
            err.write(f"The ledger of {region} is {source.ledger}, not a file: copy it with that system's own tools.\n")
            return UNREADABLE
        path = ledger_path(folder_of(address), source)
        if verb == "check":
            report = check_ledger(path)
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
    out.write(_line(report) + "\n")
    if verb == "restore":
        out.write("Nothing leaves by it until you look at the region and type acknowledge there.\n")
    return 0


def _line(report: LedgerReport) -> str:
    parts = (
        f"revision {report.revision:,}",
        f"{plural(report.unfinished, 'execution')} without an end, {len(report.running):,} running",
        f"{plural(report.unanswered, 'wave')} without an answer",
        f"{plural(report.reserved, 'reservation')}",
    )
    return f"{report.path}: {report.region or 'no region yet'}: {'; '.join(parts)}"

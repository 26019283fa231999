"""What the rest of the console has of links and records: reading files, a region's journal, and what a link is.

Only `console.operating` reaches those rooms; whatever else needs a piece of them takes it from here, by name.
"""

from pathlib import Path

from topology.links.live.opening import LEDGER, ledger_file
from topology.links.protocol import RegionLink, ResyncNeeded
from topology.records.description_file import read_regular
from topology.records.files import write_whole
from topology.records.journal import NAME, Journal
from topology.records.journal_file import journal_path
from topology.records.ledger.keeping import LedgerReport, backup_ledger, check_ledger, restore_ledger
from topology.records.ledger.values import LedgerError
from topology.records.own_files import HTML_SEAL, PNG_SEAL, REGION_SEAL, NotWrittenError, write_own
from topology.records.own_folders import config_folder, data_folder, state_folder
from topology.region.source import Source

__all__ = [
    "HTML_SEAL",
    "NAME",
    "PNG_SEAL",
    "REGION_SEAL",
    "Journal",
    "LedgerError",
    "LedgerReport",
    "NotWrittenError",
    "RegionLink",
    "ResyncNeeded",
    "backup_ledger",
    "check_ledger",
    "config_folder",
    "data_folder",
    "journal_path",
    "ledger_path",
    "read_regular",
    "restore_ledger",
    "state_folder",
    "write_own",
    "write_whole",
]


def ledger_path(folder: Path, source: Source | None) -> Path:
    """Give the file of the ledger of a region's source, whether it is there or not; *folder* is what is kept for the region."""
    return folder / LEDGER if source is None else ledger_file(folder, source)

"""What the rest of the console has of links and records: reading files, a region's journal, and what a link is.

Only `console.operating` reaches those rooms; whatever else needs a piece of them takes it from here, by name.
"""

from topology.links.acts import read_kept_head
from topology.links.protocol import RegionLink, ResyncNeeded
from topology.records.description_file import read_regular
from topology.records.files import write_whole
from topology.records.incident_folder import FILE, is_incident, read_incident_folder
from topology.records.journal import NAME, Journal
from topology.records.journal_file import journal_path
from topology.records.own_files import HTML_SEAL, PNG_SEAL, REGION_SEAL, NotWrittenError, write_own
from topology.records.own_folders import data_folder, state_folder

__all__ = [
    "FILE",
    "HTML_SEAL",
    "NAME",
    "PNG_SEAL",
    "REGION_SEAL",
    "Journal",
    "NotWrittenError",
    "RegionLink",
    "ResyncNeeded",
    "data_folder",
    "is_incident",
    "journal_path",
    "read_incident_folder",
    "read_kept_head",
    "read_regular",
    "state_folder",
    "write_own",
    "write_whole",
]

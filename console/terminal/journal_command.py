"""`underkeel journal`: lists the entries of a region's journal, or checks that none was changed. It writes nothing."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TextIO

import msgspec

from console.operating.access import NAME, Journal, journal_path
from console.operating.regions import address_of, folder_of, head_elsewhere, kept_head_of
from console.words.writing import literal, plural
from topology.execution.journal_entries import Entry, JournalError, JournalHead, Verification, first_hash
from topology.region.description import RegionError
from topology.region.errors import LinkError

FORMAT = 1
MISFIT = 1
UNREADABLE = 2
NONE_YET = "nothing was carried out on this region from here yet"


def list_entries(region: str | None, limit: int | None, as_json: bool, out: TextIO, err: TextIO) -> int:
    """List the entries, or the last *limit*, oldest first; gives the exit status."""
    try:
        folder = journal_folder(region)
        if not lies_at(journal_path(folder, NAME)):
            err.write(f"The journal has no entries: {NONE_YET}.\n")
            return 0
        with closing(Journal.open(folder, read_only=True)) as journal:
            entries = journal.entries(newest_first=True, limit=limit)[::-1]
    except (RegionError, JournalError) as error:
        err.write(f"{error}\n")
        return UNREADABLE
    for entry in entries:
        out.write((_json(entry) if as_json else _line(entry)) + "\n")
    if not entries:
        err.write("The journal has no entries.\n")
    return 0


def verify_entries(region: str | None, expect: str | None, as_json: bool, out: TextIO, err: TextIO) -> int:
    """Check the chain; gives 0 when every entry fits or none was written yet, 1 when one does not, 2 when it cannot be read."""
    try:
        address = address_of(region)
        kept = kept_head_of(address, NAME)
    except (RegionError, LinkError) as error:
        err.write(f"{error}\n")
        return UNREADABLE
    if elsewhere := head_elsewhere(address):
        err.write(f"The region's own head is in {elsewhere}, which is not asked here: the chain alone is checked.\n")
    folder = folder_of(address)
    if not lies_at(journal_path(folder, NAME)) and (kept is None or not kept.count) and expect is None:
        found = Verification(
            True, None, f"there is no journal yet: {NONE_YET}, and nothing is wrong", 0, first_hash(NAME)
        )
        return _tell(journal_path(folder, NAME), found, as_json, out)
    try:
        journal = Journal.open(folder, read_only=True)
    except JournalError as error:
        err.write(f"{error}\n")
        if not lies_at(journal_path(folder, NAME)):
            err.write("".join(f"{sentence}\n" for sentence in _had(kept, expect)))
        return UNREADABLE
    with closing(journal):
        # The region's own head finds a cut tail that nobody noted a head for.
        found = journal.verify(kept)
        if found.ok and expect is not None:
            found = journal.verify(expect)
    return _tell(journal.path, found, as_json, out)


def lies_at(path: Path) -> bool:
    """Say whether anything stands there, be it readable or not."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def _had(kept: JournalHead | None, expect: str | None) -> Iterator[str]:
    """Say what speaks for a journal that was there and is gone."""
    if kept is not None and kept.count:
        yield f"The region keeps that it had {plural(kept.count, 'entry', 'entries')}, with the head {kept.head}."
    if expect is not None:
        yield f"The head {literal(expect)} was expected, so there was a journal: look for where it went."


def _tell(path: Path, found: Verification, as_json: bool, out: TextIO) -> int:
    if as_json:
        out.write(msgspec.json.encode({"format": FORMAT, **msgspec.to_builtins(found)}).decode() + "\n")
    else:
        out.write(f"{path}: {found.sentence}; head {found.head}\n")
    return 0 if found.ok else MISFIT


def journal_folder(region: str | None) -> Path:
    """Give the folder where a region's journal is kept.

    Raises:
        RegionError: there is no such region.
    """
    return folder_of(address_of(region))


def _json(entry: Entry) -> str:
    text = msgspec.json.encode(
        {
            "format": FORMAT,
            "number": entry.number,
            "time": entry.time.isoformat(),
            "operator": entry.operator,
            "kind": entry.kind.value,
            "command": entry.command,
            "plan": entry.plan,
            "execution": entry.execution,
            "servers": entry.servers,
            "details": entry.details,
            "hash": entry.hash,
        }
    ).decode()
    # What a terminal would obey, or that turns a line around, stays in JSON's own escapes; it means the same.
    return "".join(sign if sign.isprintable() else json.dumps(sign)[1:-1] for sign in text)


def _line(entry: Entry) -> str:
    servers = plural(len(entry.servers), "server") if entry.servers else ""
    parts = (
        f"{entry.number:>6}",
        entry.time.isoformat(timespec="seconds"),
        literal(entry.operator),
        entry.kind.value,
        literal(entry.command),
        servers,
    )
    return "  ".join(part for part in parts if part)

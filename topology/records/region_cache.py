"""Large regions that were read once, kept in columns, so that reading one again takes a tenth of the time.

A kept region is found by the digest of its description, so a description that changed is read anew. Whatever is wrong with what was
kept, it is thrown away and the description read; nothing here can keep a region from being read.
"""

import hashlib
import logging
import os
import zipfile
import zlib
from pathlib import Path
from tokenize import TokenError

import msgspec
import numpy as np
from numpy.typing import NDArray

from topology.records.description_file import DescriptionFiles
from topology.records.kept_files import keep_file
from topology.records.own_folders import cache_folder
from topology.region.region import Dependency, Freeze, Policy, Region, Roster, Subsystem
from topology.region.tables import Tell, silent

log = logging.getLogger(__name__)
VERSION = 1
"""Raised whenever a region is kept or read otherwise than before."""
WORTHWHILE = 1_000_000
"""Bytes of description from which keeping is quicker than reading."""
MOST_FILES = 8
_COLUMNS = ("rack", "profile", "state", "protected", "rack_cell", "cell_zone")
_WRONG = (
    OSError,
    ValueError,
    KeyError,
    EOFError,
    zipfile.BadZipFile,
    msgspec.MsgspecError,
    UnicodeError,
    RuntimeError,  # a bit turned over says that it is encrypted, or packed in another way
    SyntaxError,
    TokenError,
    zlib.error,
)
"""What reading a damaged file has been seen to raise; numpy reads the head of each column as source text."""


class _Kept(msgspec.Struct):
    """Everything of a region but the columns of its roster."""

    name: str
    title: str
    time_zone: str
    zones: tuple[str, ...]
    policy: Policy
    freezes: tuple[Freeze, ...]
    subsystems: tuple[Subsystem, ...]
    dependencies: tuple[Dependency, ...]
    digest: str
    gaps: tuple[str, ...]
    remarks: tuple[str, ...]
    illustrative: bool
    racks: tuple[tuple[str, str, str], ...]
    cells: tuple[tuple[str, str], ...]
    ordered_zones: tuple[str, ...]
    profiles: tuple[tuple[tuple[int, int], ...], ...]


def read_or_recall(files: DescriptionFiles, called: str = "", tell: Tell = silent) -> Region:
    """Give the region of a description: as it was kept, or read and kept; messages name it as it is *called*.

    Raises:
        RegionError: with every problem found.
    """
    if len(files.text) + len(files.fleet or b"") < WORTHWHILE:
        return files.region(called, tell)
    path = cache_folder() / "regions" / f"{_key(files.digest, called or str(files.path))}.npz"
    try:
        region = _recalled(path, files.digest)
    except FileNotFoundError:
        pass
    except _WRONG as error:
        log.warning("%s is damaged and made anew: %s", path, error)
        tell("What was kept of it is damaged; it is read anew")
    else:
        tell(f"Recalled {len(region.roster):,} servers")
        return region
    region = files.region(called, tell)
    try:
        _keep(path, region)
    except OSError as error:
        log.warning("%s could not be written, so the region is read anew next time: %s", path, error)
    return region


def _key(digest: str, called: str) -> str:
    return hashlib.sha256(f"{VERSION} {digest} {called}".encode()).hexdigest()[:40]


def _recalled(path: Path, digest: str) -> Region:
    with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        kept = msgspec.msgpack.decode(arrays["kept"].tobytes(), type=_Kept)
        names = tuple(arrays["names"].tobytes().decode("ascii").split("\n")) if len(arrays["names"]) else ()
        columns = {name: arrays[name] for name in _COLUMNS}
    if kept.digest != digest:
        raise ValueError("it is that of another description")
    roster = Roster(
        names,
        columns["rack"],
        columns["profile"],
        columns["state"],
        columns["protected"],
        kept.racks,
        columns["rack_cell"],
        kept.cells,
        columns["cell_zone"],
        kept.ordered_zones,
        kept.profiles,
    )
    _check(roster)
    os.utime(path)
    return Region(
        kept.name,
        kept.title,
        kept.time_zone,
        kept.zones,
        kept.policy,
        kept.freezes,
        kept.subsystems,
        kept.dependencies,
        roster,
        kept.digest,
        kept.gaps,
        kept.remarks,
        illustrative=kept.illustrative,
    )


def _check(roster: Roster) -> None:
    """Make sure that no number leads out of what it numbers."""
    for column, length, below in (
        (roster.rack, len(roster.names), len(roster.racks)),
        (roster.profile, len(roster.names), len(roster.profiles)),
        (roster.state, len(roster.names), 5),
        (roster.protected, len(roster.names), 2),
        (roster.rack_cell, len(roster.racks), len(roster.cells)),
        (roster.cell_zone, len(roster.cells), len(roster.zones)),
    ):
        if len(column) != length or (length and not 0 <= int(column.min()) <= int(column.max()) < below):
            raise ValueError("its numbers do not fit together")


def _keep(path: Path, region: Region) -> None:
    """Write a region, whole or not at all, and let the ones that were not used for longest go."""
    roster = region.roster
    kept = _Kept(
        region.name,
        region.title,
        region.time_zone,
        region.zones,
        region.policy,
        region.freezes,
        region.subsystems,
        region.dependencies,
        region.digest,
        region.gaps,
        region.remarks,
        region.illustrative,
        roster.racks,
        roster.cells,
        roster.zones,
        roster.profiles,
    )
    arrays: dict[str, NDArray[np.generic]] = {name: getattr(roster, name) for name in _COLUMNS}
    arrays["kept"] = np.frombuffer(msgspec.msgpack.encode(kept), np.uint8)
    arrays["names"] = np.frombuffer("\n".join(roster.names).encode("ascii"), np.uint8)
    keep_file(path, lambda file: np.savez(file, **arrays), MOST_FILES)  # type: ignore[arg-type] # its stubs take names for options

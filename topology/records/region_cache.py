"""Large regions that were read once, kept in columns, so that reading one again takes a tenth of the time.

A kept region is found by the digest of its description, so a description that changed is read anew; it is sealed with a key of this
account's own, so that nobody else's columns are believed. Whatever is wrong with what was
kept, it is thrown away and the description read; nothing here can keep a region from being read.
"""

import hashlib
import logging
import os
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from hmac import compare_digest
from io import BytesIO
from pathlib import Path
from tokenize import TokenError
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from topology.records.description_file import DescriptionFiles
from topology.records.kept_files import keep_file
from topology.records.own_folders import cache_folder
from topology.records.seal import SEAL_BYTES, seal_of
from topology.region.alarming.policy import AlarmPolicy
from topology.region.naming.packed_names import Kinds, PackedNames, is_sound, is_worth_packing, pack
from topology.region.public.policy import StatusPagePolicy
from topology.region.region import Dependency, Freeze, Policy, Region, Roster, Subsystem
from topology.region.tables import Tell, silent

log = logging.getLogger(__name__)
VERSION = 5
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
    alarms: AlarmPolicy
    status_page: StatusPagePolicy | None
    racks: tuple[tuple[str, str, str], ...]
    cells: tuple[tuple[str, str], ...]
    ordered_zones: tuple[str, ...]
    profiles: tuple[tuple[tuple[int, int], ...], ...]


def read_or_recall(files: DescriptionFiles, called: str = "", tell: Tell = silent) -> Region:
    """Give the region of a description: as it was kept, or read and kept; messages name it as it is *called*.

    Raises:
        RegionError: with every problem found.
    """
    return recall(files, called, tell) or read_and_keep(files, called, tell)


def recall(files: DescriptionFiles, called: str = "", tell: Tell = silent) -> Region | None:
    """Give the region of a description as it was kept by this account, or None."""
    if not _is_worthwhile(files):
        return None
    path = _path(files, called)
    try:
        region = _recalled(path, files.digest)
    except FileNotFoundError:
        return None
    except _WRONG as error:
        log.warning("%s is damaged and made anew: %s", path, error)
        tell("What was kept of it is damaged; it is read anew")
        return None
    tell(f"Recalled {len(region.roster):,} servers")
    return region


def read_and_keep(files: DescriptionFiles, called: str = "", tell: Tell = silent) -> Region:
    """Read the region of a description, and keep it where that is worthwhile.

    Raises:
        RegionError: with every problem found.
    """
    region = files.region(called, tell)
    keep(files, region, called)
    return region


def keep(files: DescriptionFiles, region: Region, called: str = "") -> None:
    """Keep a region that was read from its files, where that is worthwhile and possible."""
    if not _is_worthwhile(files):
        return
    path = _path(files, called)
    try:
        _keep(path, region)
    except OSError as error:
        log.warning("%s could not be written, so the region is read anew next time: %s", path, error)


def is_same(one: Region, other: Region) -> bool:
    """Say whether two regions hold the same in every column and every value."""
    same = all(np.array_equal(getattr(one.roster, name), getattr(other.roster, name)) for name in _COLUMNS)
    return same and one.roster.names == other.roster.names and _rest_of(one) == _rest_of(other)


def _is_worthwhile(files: DescriptionFiles) -> bool:
    return len(files.text) + len(files.fleet or b"") >= WORTHWHILE


def _path(files: DescriptionFiles, called: str) -> Path:
    return cache_folder() / "regions" / f"{_key(files.digest, called or str(files.path))}.npz"


def _key(digest: str, called: str) -> str:
    return hashlib.sha256(f"{VERSION} {digest} {called}".encode()).hexdigest()[:40]


def _recalled(path: Path, digest: str) -> Region:
    data = path.read_bytes()
    if not compare_digest(seal_of(data[:-SEAL_BYTES]), data[-SEAL_BYTES:]):
        raise ValueError("it was not written so by this account")
    with np.load(BytesIO(data), allow_pickle=False) as arrays:
        kept = msgspec.msgpack.decode(arrays["kept"].tobytes(), type=_Kept)
        names = _names_in(arrays)
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
        alarms=kept.alarms,
        status_page=kept.status_page,
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
    arrays: dict[str, NDArray[np.generic]] = {name: getattr(roster, name) for name in _COLUMNS}
    arrays["kept"] = np.frombuffer(msgspec.msgpack.encode(_rest_of(region)), np.uint8)
    arrays |= _columns_of(roster.names)
    content = BytesIO()
    np.savez(content, **arrays)  # type: ignore[arg-type] # its stubs take names for options
    data = content.getvalue()
    keep_file(path, lambda file: file.write(data + seal_of(data)), MOST_FILES)


def _columns_of(names: Sequence[str]) -> dict[str, NDArray[np.generic]]:
    packed = names if isinstance(names, PackedNames) else pack(names)
    text = np.frombuffer(packed.kinds.text, np.uint8)
    return {"names": packed.keys, "stems": text, "stem_ends": packed.kinds.ends, "digits": packed.kinds.digits}


def _names_in(arrays: Mapping[str, NDArray[Any]]) -> Sequence[str]:
    """Give the names that columns hold; few ones as texts.

    Raises:
        ValueError: the columns do not fit together.
    """
    kinds = Kinds(arrays["stems"].tobytes(), arrays["stem_ends"], arrays["digits"])
    packed = PackedNames(kinds, arrays["names"])
    if not is_sound(packed):
        raise ValueError("its names do not fit together")
    return packed if is_worth_packing(len(packed)) else tuple(packed)


def _rest_of(region: Region) -> _Kept:
    roster = region.roster
    return _Kept(
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
        region.alarms,
        region.status_page,
        roster.racks,
        roster.cells,
        roster.zones,
        roster.profiles,
    )

"""Reads a region's description from disk: the file, and the fleet table that it names. Nothing is ever written.

What the text means is for `topology.region.description`; watching the file for changes is for `topology.links.description`.
"""

import os
import stat
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path, PurePosixPath

from topology.machine.system import CLOSE_ON_EXEC, FOLDER, NO_LINK, NO_WAIT
from topology.region.description import LARGEST_TEXT, digest_of, fleet_file_of, read_region
from topology.region.errors import LinkError
from topology.region.region import Region
from topology.region.tables import Tell, silent

LARGEST_FLEET = 2 * 1024 * 1024 * 1024
"""Bytes of fleet table read at most."""

_FOLDER = os.O_RDONLY | CLOSE_ON_EXEC | FOLDER
_READING = os.O_RDONLY | CLOSE_ON_EXEC | NO_WAIT
"""A pipe would otherwise be waited for, for ever."""

Signature = tuple[tuple[int, ...], ...]
"""What the system says of the files: while it is the same, so are they, but for changes within its clock's tick."""


@dataclass(frozen=True)
class DescriptionFiles:
    """The files of one description, as they were at one moment."""

    path: Path
    text: str
    fleet_path: Path | None
    fleet: bytes | None
    signature: Signature

    @cached_property
    def digest(self) -> str:
        """The digest that the region read from them has."""
        return digest_of(self.text, self.fleet)

    def without_content(self) -> "DescriptionFiles":
        """Give what is needed to see whether they change: the content of a large region takes as much memory as the region."""
        return replace(self, text="", fleet=None)

    def region(self, called: str = "", tell: Tell = silent) -> Region:
        """Read the region; messages name it by its path, or as it is *called*, and *tell* hears how far it is.

        Raises:
            RegionError: with every problem found.
        """
        return read_region(self.text, called or str(self.path), self.fleet, tell, self.digest)


def read_description(path: Path, called: str = "") -> DescriptionFiles:
    """Read the description at *path*, in messages as it is *called*, and the fleet table beside it.

    Raises:
        LinkError: a file is missing, unreadable, too large, no regular file, or was changed while it was read.
    """
    called = called or str(path)
    data, own = read_regular(path, f"{called}:", LARGEST_TEXT, "put the servers into a fleet table beside it")
    try:
        text = data.decode("utf-8-sig")  # some editors begin a text with U+FEFF, which TOML does not know
    except UnicodeDecodeError as error:
        raise LinkError(f"{called}: is not UTF-8 text at byte {error.start:,}; a description is TOML text") from error
    name = fleet_file_of(text)
    if name is None:
        return DescriptionFiles(path, text, None, None, (own,))
    fleet_path = _inside(path.parent, name, called)
    place = f"{called}: fleet names {name!r}, which"
    fleet, beside = read_regular(fleet_path, place, LARGEST_FLEET, "split the region", path.parent.resolve())
    return DescriptionFiles(path, text, fleet_path, fleet, (own, beside))


def still_say(files: DescriptionFiles, digest: str) -> bool:
    """Read the same files once more, and say whether they have that *digest*; nothing of them is decoded or kept.

    Raises:
        LinkError: as in `read_description`.
    """
    path, beside, fleet = files.path, files.fleet_path, None
    data, _ = read_regular(path, f"{path}:", LARGEST_TEXT, "put the servers into a fleet table beside it")
    if beside is not None:
        place = f"{path}: fleet names {beside.name!r}, which"
        fleet, _ = read_regular(beside, place, LARGEST_FLEET, "split the region", path.parent.resolve())
    return digest_of(data.decode("utf-8-sig", "replace"), fleet) == digest


def signature_of(files: DescriptionFiles) -> Signature:
    """Look at the files without reading them.

    Raises:
        OSError: one of them cannot be looked at.
    """
    paths = (files.path,) if files.fleet_path is None else (files.path, files.fleet_path)
    for path in paths:
        if not os.access(path, os.R_OK):
            path.stat()  # says why, unless it is only that it may not be read
            raise PermissionError(0, "may not be read", str(path))
    return tuple(_look(path.stat()) for path in paths)


def _inside(folder: Path, name: str, called: str) -> Path:
    """Find the fleet table, which is inside the region's folder and nowhere else."""
    pure = PurePosixPath(name)
    place = f"{called}: fleet names {name!r}"
    if not name or pure.is_absolute() or ".." in pure.parts or "\\" in name or "\0" in name:
        raise LinkError(f"{place}; it must be a file inside the folder of the description, without '..'")
    try:
        found = (folder / name).resolve(strict=True)
    except (OSError, RuntimeError) as error:
        raise LinkError(f"{place}, which could not be read: {getattr(error, 'strerror', None) or error}") from error
    if not found.is_relative_to(folder.resolve()):
        raise LinkError(f"{place}, which leads out of the folder of the description; put the table itself there")
    return found


def read_regular(
    path: Path, place: str, largest: int, instead: str, inside: Path | None = None
) -> tuple[bytes, tuple[int, ...]]:
    """Read a regular file of *largest* bytes at most, and give what the system says of it too.

    A device, of which there is no end, and a pipe, which nobody may ever write to, are refused before anything is read.
    *inside* a folder no link is followed: both are resolved, and what was swapped since is not read.

    Raises:
        LinkError: it cannot be read so, in words that begin with *place*; *instead* is for one that is too large.
    """
    try:
        handle = os.open(path, _READING) if inside is None else _opened_inside(inside, path)
        with os.fdopen(handle, "rb") as file:
            before = os.fstat(handle)
            if not stat.S_ISREG(before.st_mode):
                raise LinkError(f"{place} is not a regular file")
            if before.st_size > largest:
                raise LinkError(f"{place} has {before.st_size:,} bytes, more than {largest:,}; {instead}")
            data = file.read(before.st_size + 1)
            after = os.fstat(handle)
    except OSError as error:
        raise LinkError(f"{place} could not be read: {error.strerror or error}") from error
    if _look(before) != _look(after) or len(data) != after.st_size:
        raise LinkError(f"{place} was changed while it was read; it is read again as soon as it rests")
    return data, _look(after)


def _opened_inside(folder: Path, path: Path) -> int:
    """Open a file in a folder step by step, so that no part of the way can be swapped for a link between looking and opening."""
    at = os.open(folder, _FOLDER)
    try:
        *folders, name = path.relative_to(folder).parts
        for part in folders:
            above, at = at, os.open(part, _FOLDER | NO_LINK, dir_fd=at)
            os.close(above)
        return os.open(name, _READING | NO_LINK, dir_fd=at)
    finally:
        os.close(at)


def _look(found: os.stat_result) -> tuple[int, ...]:
    return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)

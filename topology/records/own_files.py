"""Files that a user names for us to write: what somebody else wrote, or changed since, is never written over.

A file carries a seal, the digest of the rest of it; only one whose seal is whole is replaced.
"""

import hashlib
import stat
import struct
import zlib
from pathlib import Path
from typing import Protocol

from topology.records.files import write_whole


class NotWrittenError(Exception):
    """Nothing was written; the text is the end of a sentence that begins with the file."""


class Seal(Protocol):
    """Where a kind of file carries its digest."""

    def sealed(self, data: bytes) -> bytes:
        """Give *data* with its digest in it."""

    def is_whole(self, data: bytes) -> bool:
        """Whether a file is, byte for byte, what `sealed` gave."""


class LineSeal:
    """The first line, which a text of its kind passes over, has the digest of all others between *before* and *after*."""

    def __init__(self, before: str, after: str = "") -> None:
        self._before, self._after = before, after

    def sealed(self, data: bytes) -> bytes:
        """Give *data* behind its digest."""
        return f"{self._before}{hashlib.sha256(data).hexdigest()}{self._after}\n".encode() + data

    def is_whole(self, data: bytes) -> bool:
        """Whether the first line fits the others."""
        _, end, rest = data.partition(b"\n")
        return bool(end) and data == self.sealed(rest)


class PngSeal:
    """A text chunk before the last one of a PNG file has the digest of all others."""

    _END = 12
    """Bytes of the last chunk."""

    def sealed(self, data: bytes) -> bytes:
        """Give *data* with the chunk."""
        return data[: -self._END] + self._chunk(data) + data[-self._END :]

    def is_whole(self, data: bytes) -> bool:
        """Whether the chunk fits the others."""
        long = len(self._chunk(b""))
        rest = data[: -self._END - long] + data[-self._END :]
        return len(data) > long + self._END and data == self.sealed(rest)

    def _chunk(self, data: bytes) -> bytes:
        body = b"tEXtUnderkeel\0sha256 " + hashlib.sha256(data).hexdigest().encode()
        return struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))


PNG_SEAL = PngSeal()
HTML_SEAL = LineSeal(
    "<!-- Made by underkeel, which replaces this file only while nothing in it was changed: sha256 ", " -->"
)
REGION_SEAL = LineSeal(
    "# Made by underkeel import, which replaces this file only while nothing in it was changed: sha256 "
)


def write_own(path: Path, data: bytes, seal: Seal, maker: str) -> None:
    """Write *data* under its *seal*, whole or not at all; *maker* is what made it, such as "an import".

    A file that is replaced keeps its mode.

    Raises:
        NotWrittenError: there is a link, a folder, or a file that *maker* did not write so; or it cannot be written.
    """
    try:
        mode = _mode_of_own(path, seal, maker)
        if not path.parent.is_dir():
            raise NotWrittenError(f"cannot be written: there is no folder {path.parent}")
        write_whole(path, seal.sealed(data), mode, make_folder=False)
    except (OSError, RuntimeError, ValueError) as error:  # a loop of links is a RuntimeError, a NUL a ValueError
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise NotWrittenError(f"cannot be written: {why}") from error


def _mode_of_own(path: Path, seal: Seal, maker: str) -> int | None:
    """Give the mode of the file that may be replaced, or None where there is none."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return None
    if stat.S_ISLNK(found.st_mode):
        raise NotWrittenError("is a link, which is not followed; name the file itself")
    if not stat.S_ISREG(found.st_mode):
        raise NotWrittenError("is not a regular file; name another")
    if not seal.is_whole(path.read_bytes()):
        raise NotWrittenError(f"is there already and not as {maker} wrote it; name another file, or remove it")
    return stat.S_IMODE(found.st_mode)

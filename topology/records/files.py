"""Files written whole or not at all."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


def write_whole(path: Path, data: bytes, mode: int | None = 0o600, *, make_folder: bool = True) -> None:
    """Write *data* to *path*: after a failure, or a power cut, what was there before still is, and nothing lies beside it.

    A link at *path* is replaced, never followed. The folder is made where it is missing, for its owner only, unless
    *make_folder* is false. With a *mode* of None the file is as open as the user lets new files be.

    Raises:
        OSError: it could not be written.
    """
    with whole_file(path, mode, make_folder=make_folder) as file:
        file.write(data)


@contextmanager
def whole_file(
    path: Path, mode: int | None = 0o600, *, make_folder: bool = True, durable: bool = True
) -> Iterator[BinaryIO]:
    """Give a file to fill, which is at *path* once the block ends well; see `write_whole`.

    What is not *durable* may be lost in a power cut, and is quicker: for what can be made anew.
    """
    if make_folder:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.parent / f".{path.name[:100]}-{secrets.token_hex(6)}.part"
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666 if mode is None else 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            if mode is not None:
                os.fchmod(file.fileno(), mode)
            if durable:
                os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)

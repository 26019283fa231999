"""Files that can be made anew at any time: written whole or not at all, and only the last ones used."""

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from topology.records.files import whole_file


def keep_file(path: Path, write: Callable[[BinaryIO], object], most: int) -> None:
    """Let *write* fill the file at *path*, and keep the *most* files of its kind in its folder that were used last.

    Raises:
        OSError: it could not be written; what was there before still is.
    """
    with whole_file(path, durable=False) as file:
        write(file)
    for old in sorted(path.parent.glob(f"*{path.suffix}"), key=lambda one: one.stat().st_mtime)[:-most]:
        old.unlink(missing_ok=True)

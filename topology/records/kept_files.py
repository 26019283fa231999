"""Files that can be made anew at any time: where they are kept, written whole or not at all, and only the last ones used."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from topology.records.files import whole_file


def cache_folder() -> Path:
    """Give the folder for what can be made anew at any time: XDG_CACHE_HOME, else ~/.cache."""
    base = os.environ.get("XDG_CACHE_HOME")
    root = Path(base) if base and Path(base).is_absolute() else Path.home() / ".cache"
    return root / "underkeel"


def keep_file(path: Path, write: Callable[[BinaryIO], object], most: int) -> None:
    """Let *write* fill the file at *path*, and keep the *most* files of its kind in its folder that were used last.

    Raises:
        OSError: it could not be written; what was there before still is.
    """
    with whole_file(path, durable=False) as file:
        write(file)
    for old in sorted(path.parent.glob(f"*{path.suffix}"), key=lambda one: one.stat().st_mtime)[:-most]:
        old.unlink(missing_ok=True)

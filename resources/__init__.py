"""The data that ships with the program, and how to read it by name.

Names are relative to this folder and use "/": ``fonts/B612-Regular.otf``. What a file means is for its reader to know.
"""

from importlib.resources import files
from pathlib import Path, PurePosixPath


def path(name: str) -> Path:
    """Give the place on disk of the file or folder *name*, for calls that want a file name.

    Raises:
        ValueError: *name* is absolute or leads out of the resources.
        FileNotFoundError: there is no such file or folder.
    """
    parts = PurePosixPath(name).parts
    if PurePosixPath(name).is_absolute() or ".." in parts or "\\" in name:
        raise ValueError(f"resource {name!r} is not inside the resources: give a name such as 'fonts/B612-Regular.otf'")
    found = Path(str(files(__name__))).joinpath(*parts)
    if not found.exists():
        raise FileNotFoundError(f"resource {name!r} is not there: looked for {found}")
    return found


def text(name: str) -> str:
    """Give the text of the file *name*, read as UTF-8."""
    return path(name).read_text(encoding="utf-8")

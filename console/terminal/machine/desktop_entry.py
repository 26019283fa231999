"""`underkeel desktop-entry`: puts the program into the desktop's menu, for installations that bring none (pipx, uv tool, pip).

Everything goes below the user's data folder; nothing needs root, and `--remove` takes away exactly what was put there.
"""

import shutil
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from console.terminal.streams.json_answer import FORMAT, write_json
from console.terminal.subcommand import Subcommand, json_argument

WRITTEN, NOT_WRITTEN = 0, 2
_PROGRAM = "underkeel-console"


def _words(parser: ArgumentParser) -> None:
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--install", action="store_true", help="put entry, icon and metadata where the desktop finds them"
    )
    what.add_argument("--remove", action="store_true", help="take them away again")
    json_argument(parser)


def _desktop_entry(chosen: Namespace) -> int:
    if chosen.install:
        return install(sys.stdout, sys.stderr, as_json=chosen.json)
    if chosen.remove:
        return remove(sys.stdout, sys.stderr, as_json=chosen.json)
    text = entry(program())
    _tell("print", (), text, sys.stdout, as_json=chosen.json)
    return WRITTEN


def program() -> str:
    """Give the program that opens the window, by its whole path: a desktop searches other folders than a terminal does."""
    beside = Path(sys.executable).with_name(_PROGRAM)
    found = shutil.which(_PROGRAM)
    # The name that pipx and uv tool keep stays where it is when what is behind it is made anew.
    return found if found and (not beside.exists() or Path(found).samefile(beside)) else str(beside)


def entry(starts: str) -> str:
    """Give the desktop entry that starts *starts*."""
    import resources

    text = resources.path("desktop/underkeel.desktop").read_text("utf-8")
    return text.replace(f"Exec={_PROGRAM}", f"Exec={_quoted(starts)}").replace(
        f"TryExec={_PROGRAM}", f"TryExec={starts}"
    )


def install(out: TextIO, err: TextIO, *, as_json: bool = False) -> int:
    """Write entry, icon and metadata; gives 0, or 2 where one could not be written, which then says why."""
    import resources
    from console.operating.access import write_whole

    contents = {
        "entry": entry(program()).encode(),
        "icon": resources.path("icons/underkeel.svg").read_bytes(),
        "metadata": resources.path("desktop/underkeel.metainfo.xml").read_bytes(),
    }
    for name, path in places().items():
        try:
            write_whole(path, contents[name], 0o644)
        except OSError as error:
            err.write(f"{path}: cannot be written: {error.strerror or error}; see who owns the folder.\n")
            return NOT_WRITTEN
    written = tuple(places().values())
    _tell("install", written, "".join(f"{path}\n" for path in written), out, as_json=as_json)
    return WRITTEN


def remove(out: TextIO, err: TextIO, *, as_json: bool = False) -> int:
    """Take away what `install` wrote; what is not there is passed over."""
    gone = []
    for path in places().values():
        try:
            path.unlink()
        except FileNotFoundError:
            continue
        except OSError as error:
            err.write(f"{path}: cannot be removed: {error.strerror or error}.\n")
            return NOT_WRITTEN
        gone.append(path)
    _tell("remove", gone, "".join(f"{path} is gone\n" for path in gone), out, as_json=as_json)
    return WRITTEN


def _tell(did: str, files: Sequence[Path], text: str, out: TextIO, *, as_json: bool) -> None:
    """Write the *text* for people, or what was done as JSON: the entry where it is printed, else the files."""
    if not as_json:
        out.write(text)
        return
    facts = {"program": program(), "files": [str(path) for path in files]}
    write_json({"format": FORMAT, "did": did, **facts, **({"entry": text} if did == "print" else {})}, out)


def places() -> dict[str, Path]:
    """Give where each part belongs (XDG desktop entry and icon theme specifications, AppStream)."""
    from console.operating.access import data_folder

    data = data_folder().parent
    return {
        "entry": data / "applications" / "underkeel.desktop",
        "icon": data / "icons" / "hicolor" / "scalable" / "apps" / "underkeel.svg",
        "metadata": data / "metainfo" / "underkeel.metainfo.xml",
    }


def _quoted(path: str) -> str:
    """Give a path as the Exec key wants it: in quotes where a sign in it has a meaning there."""
    if not set(path) & set(" \t\"'\\><~|&;$*?#()`%"):
        return path
    return '"' + "".join(f"\\{sign}" if sign in '"`$\\' else sign for sign in path).replace("%", "%%") + '"'


DESKTOP_ENTRY = Subcommand(
    "desktop-entry",
    "put the program into the desktop's menu",
    "Prints the desktop entry of this program; with --install, puts entry, icon and metadata below your own data folder. "
    "Exit status: 0, or 2 where something could not be written.",
    _words,
    _desktop_entry,
    ("", "--install", "--remove"),
)

"""Finds the playbooks an operator names: bundled by name, a file, or every one of a folder.

Bundled data and the core do not know each other: this reads the one and passes its text to the other.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import resources
from topology.imports.notes import plain
from topology.playbook.model import Playbook
from topology.playbook.reading import LARGEST_TEXT, PlaybookError, read_playbook
from topology.records.description_file import read_regular
from topology.records.own_folders import config_folder
from topology.region.errors import LinkError

Runnable = tuple[tuple[Playbook, ...], tuple[str, ...]]
"""Playbooks, and what is wrong with those that could not be read."""


def bundled_playbooks() -> tuple[str, ...]:
    """Give the names of the bundled playbooks."""
    return tuple(sorted(path.stem for path in resources.path("playbooks").iterdir() if path.suffix == ".toml"))


def read_playbooks(names: Sequence[str]) -> tuple[Playbook, ...]:
    """Read what *names* say: bundled names, files and folders, each once; every bundled one when there are none.

    Raises:
        PlaybookError: with every problem of every playbook.
    """
    problems: list[str] = []
    found: dict[Path, Playbook] = {}
    for path, source in _paths(names or bundled_playbooks(), problems):
        if path.resolve() in found:
            continue
        try:
            found[path.resolve()] = read_playbook(_text_of(path, source), source)
        except PlaybookError as error:
            problems += error.problems
    names_seen: dict[str, int] = {}
    for playbook in found.values():
        names_seen[playbook.name] = names_seen.get(playbook.name, 0) + 1
    problems += [
        f"{count:,} playbooks are called {name}; a name is of one playbook"
        for name, count in names_seen.items()
        if count > 1
    ]
    if problems:
        raise PlaybookError(tuple(problems))
    return tuple(found.values())


def own_folder() -> Path:
    """Give the folder whose playbooks can be run beside the bundled ones: playbooks in XDG_CONFIG_HOME/underkeel."""
    return config_folder() / "playbooks"


def runnable_playbooks() -> Runnable:
    """Give every playbook that can be run, and what is wrong with those that cannot; the bundled ones always can."""
    found = {one.name: one for one in read_playbooks(())}
    problems: list[str] = []
    folder = own_folder()
    try:
        paths = sorted(one for one in folder.iterdir() if one.suffix == ".toml") if folder.is_dir() else []
    except OSError as error:
        return tuple(found.values()), (f"{folder}: cannot be read: {error.strerror or error}",)
    problems += _gather(paths, found)
    return tuple(found.values()), tuple(problems)


def playbooks_at(path: Path) -> Runnable:
    """Give the playbooks of an incident, a file or a folder of them, and what is wrong with those that cannot be run.

    A link that leads out of the folder is not followed.
    """
    found: dict[str, Playbook] = {}
    try:
        inside = path.resolve()
        files = files_at(path)
    except OSError as error:
        return (), (f"{path}: cannot be read: {error.strerror or error}",)
    kept = [one for one in files if one.resolve().is_relative_to(inside)]
    problems = [
        f"{one}: leads out of the incident's folder; put the file itself there" for one in files if one not in kept
    ]
    problems += _gather(kept, found)
    return tuple(found.values()), tuple(problems)


def files_at(path: Path) -> list[Path]:
    """Give a file itself, or every file of a folder that ends in .toml, by name."""
    return sorted(one for one in path.iterdir() if one.suffix == ".toml") if path.is_dir() else [path]


def _gather(paths: Sequence[Path], found: dict[str, Playbook]) -> list[str]:
    """Read playbooks into *found*, by name; gives what is wrong with the others."""
    problems: list[str] = []
    for path in paths:
        try:
            playbook = read_playbook(_text_of(path, str(path)), str(path))
        except PlaybookError as error:
            problems += error.problems
            continue
        if playbook.name in found:
            problems.append(f"{path}: there is a playbook called {playbook.name} already; give this one another name")
        else:
            found[playbook.name] = playbook
    return problems


def read_one(path: Path) -> Playbook:
    """Read one playbook.

    Raises:
        PlaybookError: it cannot be read.
    """
    return read_playbook(_text_of(path, str(path)), str(path))


def _paths(names: Sequence[str], problems: list[str]) -> Iterator[tuple[Path, str]]:
    known = bundled_playbooks()
    for name in names:
        path = Path(name).expanduser()
        if name in known:
            yield resources.path(f"playbooks/{name}.toml"), name
        elif path.is_dir():
            inside = sorted(one for one in path.iterdir() if one.suffix == ".toml" and one.is_file())
            if not inside:
                problems.append(f"{plain(name, 300)}: holds no file that ends in .toml")
            yield from ((one, one.name) for one in inside)
        elif path.exists() or "/" in name or name.endswith(".toml"):
            yield path, path.name
        else:
            problems.append(
                f"there is no playbook {plain(name, 100)!r}: bundled are {', '.join(known)}; or give the path of one"
            )


def _text_of(path: Path, source: str) -> str:
    try:
        return read_regular(path, f"{source}:", LARGEST_TEXT * 4, "split the playbook")[0].decode("utf-8-sig")
    except LinkError as error:
        missing = "" if path.exists() else "; give the path of a playbook"
        raise PlaybookError((f"{error}{missing}",)) from error
    except UnicodeDecodeError as error:
        raise PlaybookError(
            (f"{source}: is not UTF-8 text at byte {error.start:,}; a playbook is TOML text",)
        ) from error

"""`underkeel import [FORMAT] PATH... [--out FILE]`: finds files, has them read, and ends every import in the same way.

What the files mean is `topology.imports`' business, what is written and how `console.terminal.imports.output`'s.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TextIO

from console.terminal.imports.importer import Importer, SourceFile
from console.terminal.imports.output import FAILED, finish, guarded_import, say, shown
from console.terminal.imports.outside import importers
from console.terminal.progress_line import ProgressLine
from topology.imports.accepting import with_floor
from topology.imports.imported import Imported
from topology.imports.looks_like import unsupported
from topology.imports.notes import ImportRefusedError, Note, UnreadableError, plain
from topology.region.errors import LinkError
from topology.region.region import Amount

_BEGIN = 64 * 1024
"""Bytes of a file that are looked at to tell what it is."""


def import_files(
    format_name: str,
    paths: list[Path],
    out: Path | None,
    stdout: TextIO,
    stderr: TextIO,
    *,
    floor: Amount | None = None,
    columns: Mapping[str, str] = MappingProxyType({}),
    as_json: bool = False,
) -> int:
    """Import files of one format.

    Args:
        format_name: a name of the table; empty to tell it from the files.
        paths: files; for a format of several files also folders, whose files are read.
        out: where the description goes; None for *stdout*.
        stdout: gets the description, or one line about the file written.
        stderr: gets notes about what was read, and errors.
        floor: what holds for each subsystem of which nothing states a floor; None to leave those unknown.
        columns: which column of a table holds what, by what it is for; for formats of tables.
        as_json: whether *stdout* gets what was made, with the notes, as JSON; then *out* is a file.

    Returns:
        The exit code: 0, or 2 when something could not be read or written; then nothing is written.
    """
    importer = importers()[format_name] if format_name else _recognised(paths)
    if importer is None:
        what = shown(paths[0]) if paths else "nothing"
        names = ", ".join(importers())
        begin = _beginning(paths[0]) if paths else None
        if begin is not None and (known := unsupported(paths[0].name.lower(), begin)):
            say(stderr, f"{what}: is {known}.")
            return FAILED
        say(stderr, f"{what}: neither a format nor a file whose format is plain; write a format before it, of {names}.")
        return FAILED
    wanted = ImportWishes(out, floor, columns, as_json)
    return guarded_import(lambda progress: _run(importer, paths, wanted, stdout, stderr, progress), stderr)


@dataclass(frozen=True, slots=True)
class ImportWishes:
    """What an import was asked for besides its files."""

    out: Path | None
    floor: Amount | None
    columns: Mapping[str, str]
    as_json: bool


def _run(
    importer: Importer, paths: list[Path], wanted: ImportWishes, stdout: TextIO, stderr: TextIO, progress: ProgressLine
) -> int:
    problems: list[str] = []
    notes: tuple[Note, ...] = ()
    imported: Imported | None = None
    file, out = "" if importer.endings else shown(paths[0]), wanted.out
    try:
        files = _files_of(importer, paths, problems)
        if _is_one_of(out, files):
            problems.append(f"{shown(out or Path())}: is to be imported; write the region to another file.")
        elif files:
            imported = importer.reading(wanted.columns)(files, problems, progress.show)
            imported = imported if wanted.floor is None else with_floor(imported, wanted.floor)
    except (LinkError, OSError, RuntimeError, ValueError) as error:
        problems.append(str(error).rstrip(".") + ".")
    except UnreadableError as error:
        problems.append(f"{file}{', ' if error.place else ''}{error.place}: {error}.")
    except ImportRefusedError as refused:
        problems.append(f"{file}: {refused}" if file else str(refused))
        notes = refused.notes
    progress.clear()
    if imported is None and len(paths) == 1 and problems:
        problems += _looks_like(importer, paths[0])
    return finish(imported, notes, problems, out, stdout, stderr, as_json=wanted.as_json)


def _looks_like(importer: Importer, path: Path) -> list[str]:
    """Say what a file is that is not the importer's own."""
    begin = _beginning(path)
    if begin is None:
        return []
    what = unsupported(path.name.lower(), begin)
    if what:
        return [f"This is {what}."]
    if importer.recognises(path.name.lower(), begin):
        return []
    found = [one for one in importers().values() if one.recognises(path.name.lower(), begin)]
    if len(found) != 1:
        return []
    return [f"This looks like {found[0].help}: use underkeel import {found[0].name} {shown(path)}"]


def _beginning(path: Path) -> bytes | None:
    try:
        if not path.is_file():
            return None
        with path.open("rb") as stream:
            return stream.read(_BEGIN)
    except (OSError, ValueError):
        return None


def _recognised(paths: list[Path]) -> Importer | None:
    """Give the one importer that takes the first of *paths* for its own; None where none or several do."""
    if not paths:
        return None
    folders = [one for one in importers().values() if one.endings]
    found = folders if paths[0].is_dir() else list(importers().values())
    if not paths[0].is_dir():
        begin = _beginning(paths[0])
        if begin is None:
            return None
        found = [one for one in found if one.recognises(paths[0].name.lower(), begin)]
    return found[0] if len(found) == 1 and (found[0].endings or len(paths) == 1) else None


def _is_one_of(out: Path | None, files: list[SourceFile]) -> bool:
    return out is not None and out.resolve() in {path.resolve() for path, _ in files}


def _files_of(importer: Importer, paths: list[Path], problems: list[str]) -> list[SourceFile]:
    """Give every file once."""
    if not importer.endings:
        return [SourceFile(path, path.name) for path in paths]
    found: dict[Path, SourceFile] = {}
    for path in paths:
        label = path.name if path.is_absolute() or ".." in path.parts else path.as_posix()
        try:
            if path.is_dir():
                inside = list(_inside(path, importer.endings))
                if not inside:
                    problems.append(f"{shown(path)}: holds no file that ends in {', '.join(importer.endings)}.")
                for file in inside:
                    within = file.relative_to(path).as_posix()
                    name = within if label in ("", ".") else f"{label}/{within}"
                    found.setdefault(file.resolve(), SourceFile(file, name))
            elif path.exists():
                found.setdefault(path.resolve(), SourceFile(path, label))
            else:
                problems.append(f"{shown(path)}: there is no such file or folder.")
        except (OSError, RuntimeError, ValueError) as error:  # a loop of links is a RuntimeError, a NUL a ValueError
            problems.append(f"{shown(path)}: cannot be read: {plain(str(error), 200)}.")
    if not paths:
        problems.append(f"No file or folder was named; write one behind import {importer.name}.")
    return list(found.values())


def _inside(folder: Path, endings: tuple[str, ...]) -> Iterator[Path]:
    """Give the files in a folder and those inside it, in order; hidden ones and linked folders are left out."""

    def unreadable(error: OSError) -> None:
        raise error

    for where, folders, names in os.walk(folder, onerror=unreadable):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if name.lower().endswith(endings) and not name.startswith("."):
                yield Path(where) / name

"""`underkeel import kubernetes PATH... [--out FILE]`: manifests in, a region's description out.

Finds the files, shows how far it is, writes the result whole or not at all. What the manifests mean is
`topology.imports`' business; the process' arguments are `console.app.cli`'s.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from console.terminal.imports.import_output import finish, guarded_import, shown
from console.terminal.progress_line import ProgressLine
from topology.imports.kubernetes.kubernetes import Document, Imported, ImportRefusedError, Note, import_documents
from topology.imports.notes import plain

MANIFEST_ENDINGS = (".yaml", ".yml", ".json")


def import_kubernetes(paths: list[Path], out: Path | None, stdout: TextIO, stderr: TextIO) -> int:
    """Import manifests from files and folders.

    Args:
        paths: files, and folders whose manifests are read, those of folders inside included.
        out: where the description goes; None for *stdout*.
        stdout: gets the description, or one line about the file written.
        stderr: gets notes about what was read, and errors.

    Returns:
        The exit code: 0, or 2 when something could not be read or written; then nothing is written.
    """
    return guarded_import(lambda progress: _run(paths, out, stdout, stderr, progress), stderr)


def _run(paths: list[Path], out: Path | None, stdout: TextIO, stderr: TextIO, progress: ProgressLine) -> int:
    problems: list[str] = []
    files = _files_of(paths, problems)
    if out is not None and out.resolve() in {path.resolve() for path, _ in files}:
        problems.append(f"{shown(out)}: is one of the manifests; write the region to another file.")
        files = []
    imported: Imported | None = None
    notes: tuple[Note, ...] = ()
    try:
        imported = import_documents(_documents(files, problems, progress)) if files else None
    except ImportRefusedError as refused:
        problems.append(str(refused))
        notes = refused.notes
    progress.clear()
    return finish(imported, notes, problems, out, stdout, stderr)


def _files_of(paths: list[Path], problems: list[str]) -> list[tuple[Path, str]]:
    """Give every manifest file once, with the name that the description calls it by: never an absolute path."""
    found: dict[Path, tuple[Path, str]] = {}
    for path in paths:
        label = path.name if path.is_absolute() or ".." in path.parts else path.as_posix()
        try:
            if path.is_dir():
                inside = list(_inside(path))
                if not inside:
                    problems.append(f"{shown(path)}: holds no file that ends in {', '.join(MANIFEST_ENDINGS)}.")
                for file in inside:
                    within = file.relative_to(path).as_posix()
                    found.setdefault(file.resolve(), (file, within if label in ("", ".") else f"{label}/{within}"))
            elif path.exists():
                found.setdefault(path.resolve(), (path, label))
            else:
                problems.append(f"{shown(path)}: there is no such file or folder.")
        except (OSError, RuntimeError, ValueError) as error:  # a loop of links is a RuntimeError, a NUL a ValueError
            problems.append(f"{shown(path)}: cannot be read: {plain(str(error), 200)}.")
    if not paths:
        problems.append("No file or folder was named; write one behind import kubernetes.")
    return list(found.values())


def _inside(folder: Path) -> Iterator[Path]:
    """Give the manifests in a folder and those inside it, in order; hidden ones and linked folders are left out."""

    def unreadable(error: OSError) -> None:
        raise error

    for where, folders, names in os.walk(folder, onerror=unreadable):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if name.lower().endswith(MANIFEST_ENDINGS) and not name.startswith("."):
                yield Path(where) / name


def _documents(files: list[tuple[Path, str]], problems: list[str], progress: ProgressLine) -> Iterator[Document]:
    """Give every document; a file that cannot be read becomes a problem, and the others are still read."""
    # Importing PyYAML costs time that every other subcommand would pay for.
    from console.terminal.imports.manifest_files import ManifestError, documents_of

    read = 0
    for number, (path, label) in enumerate(files, 1):
        try:
            for document in documents_of(path, label):
                yield document
                read += 1
                progress.show(f"Read {read:,} documents, file {number:,} of {len(files):,}")
        except ManifestError as error:
            problems.append(str(error))

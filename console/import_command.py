"""`underkeel import kubernetes PATH... [--out FILE]`: manifests in, a region's description out.

Finds the files, shows how far it is, writes the result whole or not at all. What the manifests mean is
`topology.imports`' business; the process' arguments are `console.cli`'s.
"""

import os
import secrets
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TextIO

from console.progress_line import ProgressLine
from console.words import plural
from topology.imports.kubernetes import Document, Imported, ImportRefusedError, Note, import_documents
from topology.imports.notes import Topic, plain

MANIFEST_ENDINGS = (".yaml", ".yml", ".json")
_INTERRUPTED = 130


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
    progress = ProgressLine(stderr)
    try:
        return _run(paths, out, stdout, stderr, progress)
    except KeyboardInterrupt:
        progress.clear()
        _say(stderr, "Interrupted: nothing was written.")
        return _INTERRUPTED


def _run(paths: list[Path], out: Path | None, stdout: TextIO, stderr: TextIO, progress: ProgressLine) -> int:
    problems: list[str] = []
    files = _files_of(paths, problems)
    if out is not None and out.resolve() in {path.resolve() for path, _ in files}:
        problems.append(f"{_shown(out)}: is one of the manifests; write the region to another file.")
        files = []
    imported: Imported | None = None
    notes: tuple[Note, ...] = ()
    try:
        imported = import_documents(_documents(files, problems, progress)) if files else None
    except ImportRefusedError as refused:
        problems.append(str(refused))
        notes = refused.notes
    progress.clear()
    _list_notes(notes if imported is None else imported.notes, stderr)
    if imported is not None and out is not None and not problems:
        problems += _written(out, imported.text)
    if imported is None or problems:
        for problem in problems:
            _say(stderr, problem)
        _say(stderr, "Nothing was written.")
        return 2
    if out is None:
        _put(stdout, imported.text)
    else:
        _say(stdout, _summary(out, imported))
    return 0


def _files_of(paths: list[Path], problems: list[str]) -> list[tuple[Path, str]]:
    """Give every manifest file once, with the name that the description calls it by: never an absolute path."""
    found: dict[Path, tuple[Path, str]] = {}
    for path in paths:
        label = path.name if path.is_absolute() or ".." in path.parts else path.as_posix()
        try:
            if path.is_dir():
                inside = list(_inside(path))
                if not inside:
                    problems.append(f"{_shown(path)}: holds no file that ends in {', '.join(MANIFEST_ENDINGS)}.")
                for file in inside:
                    within = file.relative_to(path).as_posix()
                    found.setdefault(file.resolve(), (file, within if label in ("", ".") else f"{label}/{within}"))
            elif path.exists():
                found.setdefault(path.resolve(), (path, label))
            else:
                problems.append(f"{_shown(path)}: there is no such file or folder.")
        except (OSError, RuntimeError, ValueError) as error:  # a loop of links is a RuntimeError, a NUL a ValueError
            problems.append(f"{_shown(path)}: cannot be read: {plain(str(error), 200)}.")
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
    from console.manifest_files import ManifestError, documents_of

    read = 0
    for number, (path, label) in enumerate(files, 1):
        try:
            for document in documents_of(path, label):
                yield document
                read += 1
                progress.show(f"Read {read:,} documents, file {number:,} of {len(files):,}")
        except ManifestError as error:
            problems.append(str(error))


def _list_notes(notes: Iterable[Note], stderr: TextIO) -> None:
    """List notes under the headings of their topics."""
    topic: Topic | None = None
    for note in notes:
        if note.topic is not topic:
            topic = note.topic
            _say(stderr, f"{topic.value}:")
        _say(stderr, f"  {note}")


def _summary(out: Path, imported: Imported) -> str:
    bare = len(imported.without_budget)
    return (
        f"Wrote {_shown(out)}: {plural(imported.subsystems, 'subsystem')} with {plural(imported.servers, 'server')}, "
        f"{plural(imported.dependencies, 'dependency', 'dependencies')}; {bare:,} without a budget, so with floor 0."
    )


def _written(path: Path, text: str) -> list[str]:
    """Write a file whole or not at all.

    Returns:
        What went wrong: nothing, or one sentence.
    """
    part: Path | None = None
    try:
        target = path.resolve()
        if target.exists() and not target.is_file():
            return [f"{_shown(path)}: is not a regular file; leave --out away to write to standard output."]
        if not target.parent.is_dir():
            return [f"{_shown(path)}: cannot be written: there is no folder {_shown(path.parent)}."]
        mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else None
        part = target.parent / f".underkeel-{os.getpid()}-{secrets.token_hex(4)}.part"
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        if mode is not None:
            part.chmod(mode)
        part.replace(target)
        part = None
    except (OSError, RuntimeError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        return [f"{_shown(path)}: cannot be written: {plain(why, 200)}."]
    finally:
        if part is not None:
            part.unlink(missing_ok=True)
    return []


def _shown(path: Path) -> str:
    return plain(str(path), 300)


def _say(stream: TextIO, line: str) -> None:
    _put(stream, f"{line}\n")


def _put(stream: TextIO, text: str) -> None:
    """Write text; what the stream's encoding lacks is escaped (only comments and notes hold such signs)."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    stream.write(text.encode(encoding, "backslashreplace").decode(encoding))

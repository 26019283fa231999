"""How every import ends: notes under their headings, and a region file written whole or not at all.

A file that is there already is replaced only when an import made it and nothing in it was changed since.
"""

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TextIO

from console.operating.access import REGION_SEAL, NotWrittenError, write_own, write_whole
from console.terminal.progress_line import ProgressLine
from console.terminal.streams.made import tell_made
from console.words.writing import plural
from topology.imports.imported import TABLE, Imported
from topology.imports.notes import Note, Topic, plain
from topology.imports.region_text import comment, quoted

FAILED = 2
_TABLE_DIGEST = "Its servers are in the table beside it, which was written with the sha256 "
_INTERRUPTED = 130


def guarded_import(run: Callable[[ProgressLine], int], stderr: TextIO) -> int:
    """Run an import to its exit status; an interrupt leaves nothing behind."""
    progress = ProgressLine(stderr)
    try:
        return run(progress)
    except KeyboardInterrupt:
        progress.clear()
        say(stderr, "Interrupted: nothing was written.")
        return _INTERRUPTED


def finish(
    imported: Imported | None,
    notes: Iterable[Note],
    problems: list[str],
    out: Path | None,
    stdout: TextIO,
    stderr: TextIO,
    *,
    as_json: bool = False,
) -> int:
    """List the notes, and write the region unless there are problems; gives the exit status.

    *out* is None for *stdout*; *notes* are those to list when nothing was *imported*.
    """
    if not as_json or imported is None:
        list_notes(notes if imported is None else imported.notes, stderr)
    if imported is not None and imported.table and out is None:
        problems.append("It lists servers by name, in a table beside the description; write --out FILE for both.")
    elif imported is not None and out is not None and not problems:
        problems += _written_both(out, imported) if imported.table else written(out, imported.text)
    if imported is None or problems:
        for problem in problems:
            say(stderr, problem)
        say(stderr, "Nothing was written.")
        return FAILED
    if out is None:
        put(stdout, imported.text)
    else:
        tell_made(stdout, "region", out, _summary(out, imported), _facts(imported), as_json=as_json)
    return 0


def _facts(imported: Imported) -> dict[str, object]:
    return {
        "servers": imported.servers,
        "subsystems": imported.subsystems,
        "dependencies": imported.dependencies,
        "unprotected": sorted(imported.unprotected),
        "notes": [{"topic": note.topic.value, "message": plain(str(note), 1000)} for note in imported.notes],
    }


def list_notes(notes: Iterable[Note], stderr: TextIO) -> None:
    """List notes under the headings of their topics."""
    topic: Topic | None = None
    for note in notes:
        if note.topic is not topic:
            topic = note.topic
            say(stderr, f"{topic.value}:")
        say(stderr, f"  {note}")


def _summary(out: Path, imported: Imported) -> str:
    bare = len(imported.unprotected)
    rest = imported.accepted or f"all with {imported.protection}"
    if bare:
        rest = (
            f"{bare:,} without {imported.protection}, from which removals are refused until one states a floor "
            '(or import again with --floor, such as --floor "90%")'
        )
    return (
        f"Wrote {shown(out)}: {plural(imported.subsystems, 'subsystem')} with {plural(imported.servers, 'server')}, "
        f"{plural(imported.dependencies, 'dependency', 'dependencies')}; "
        f"{rest}."
    )


def _written_both(out: Path, imported: Imported) -> list[str]:
    """Write a description and the table beside it; the description names the digest of its table, and so whose it is."""
    table = out.with_name(f"{out.stem}-servers.csv")
    data = imported.table.encode()
    try:
        text = _with_table(imported.text, table.name, data)
        replaces = table.exists() or table.is_symlink()
        if replaces and not (table.is_file() and not table.is_symlink() and _is_ours(out, table)):
            return [f"{shown(table)}: is there already and not as an import wrote it; name another file, or remove it."]
        problems = written(out, text)
        if not problems:
            write_whole(table, data, None, make_folder=False)
    except OSError as error:
        return [f"{shown(table)}: cannot be written: {plain(error.strerror or str(error), 300)}."]
    return problems


def _with_table(text: str, name: str, data: bytes) -> str:
    digest = comment(f"{_TABLE_DIGEST}{hashlib.sha256(data).hexdigest()}")
    return text.replace(f'fleet = "{TABLE}"', f"{digest}\nfleet = {quoted(name)}", 1)


def _is_ours(out: Path, table: Path) -> bool:
    """Whether the description beside a table says that an import wrote it, and so."""
    if not out.is_file():
        return False
    said = f"# {_TABLE_DIGEST}{hashlib.sha256(table.read_bytes()).hexdigest()}\n"
    found = out.read_bytes()
    return REGION_SEAL.is_whole(found) and said.encode() in found


def written(path: Path, text: str) -> list[str]:
    """Write a file whole or not at all.

    Returns:
        What went wrong: nothing, or one sentence.
    """
    try:
        write_own(path, text.encode(), REGION_SEAL, "an import")
    except NotWrittenError as error:
        return [f"{shown(path)}: {plain(str(error), 300)}."]
    return []


def shown(path: Path) -> str:
    """Give a path so that it cannot steer the terminal."""
    return plain(str(path), 300)


def say(stream: TextIO, line: str) -> None:
    """Write a line."""
    put(stream, f"{line}\n")


def put(stream: TextIO, text: str) -> None:
    """Write text; what the stream's encoding lacks is escaped (only comments and notes hold such signs)."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    stream.write(text.encode(encoding, "backslashreplace").decode(encoding))

"""`underkeel import jaeger|vizceral|graph FILE [--out FILE]`: what another tool knows of a graph in, a region out.

What the files mean is `topology.imports`' business; how an import ends is `console.terminal.imports.import_output`'s.
"""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from console.operating.access import read_regular
from console.terminal.imports.import_output import finish, guarded_import, shown
from console.terminal.progress_line import ProgressLine
from topology.imports.imported import Imported
from topology.imports.notes import ImportRefusedError, Note, UnreadableError
from topology.region.errors import LinkError
from topology.region.tables import Tell

_MB = 1024 * 1024
Reader = Callable[[bytes, str, Tell], Imported]


def import_graph_file(kind: str, path: Path, out: Path | None, stdout: TextIO, stderr: TextIO) -> int:
    """Import one file.

    Args:
        kind: what wrote the file.
        path: the file.
        out: where the description goes; None for *stdout*.
        stdout: gets the description, or one line about the file written.
        stderr: gets notes about what was read, and errors.

    Returns:
        The exit code: 0, or 2 when something could not be read or written; then nothing is written.
    """
    return guarded_import(lambda progress: _run(kind, path, out, stdout, stderr, progress), stderr)


def _run(kind: str, path: Path, out: Path | None, stdout: TextIO, stderr: TextIO, progress: ProgressLine) -> int:
    imported: Imported | None = None
    notes: tuple[Note, ...] = ()
    problems: list[str] = []
    file = shown(path)
    try:
        if out is not None and out.resolve() == path.resolve():
            problems.append(f"{shown(out)}: is the file to import; write the region to another file.")
        else:
            reader, largest = _reader(kind)
            data, _ = read_regular(path, f"{file}:", largest, "import a part of it")
            with _without_collections():
                imported = reader(data, path.name, lambda text: progress.show(f"{file}: {text}"))
    except (LinkError, OSError, RuntimeError, ValueError) as error:
        problems.append(str(error).rstrip(".") + ".")
    except UnreadableError as error:
        problems.append(f"{file}{', ' if error.place else ''}{error.place}: {error}.")
    except ImportRefusedError as refused:
        problems.append(f"{file}: {refused}")
        notes = refused.notes
    progress.clear()
    return finish(imported, notes, problems, out, stdout, stderr)


@contextmanager
def _without_collections() -> Iterator[None]:
    """Look for no cycles of garbage meanwhile: there are none, and among millions of spans the search takes most of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _reader(kind: str) -> tuple[Reader, int]:
    """Give what reads files of a kind, and how many bytes of one at most; each is imported when it is asked for."""
    if kind == "jaeger":
        from topology.imports.traces.traces import import_traces

        return import_traces, 1024 * _MB
    if kind == "graph":
        from topology.imports.graphs.graph_file import import_graph

        return import_graph, 64 * _MB
    from topology.imports.graphs.vizceral import import_vizceral

    return import_vizceral, 64 * _MB

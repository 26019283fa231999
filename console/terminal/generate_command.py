"""`underkeel generate OUT`: a believable region of any size, written as `region.toml` with `fleet.csv` beside it.

What is in it is `topology.generation`'s business. The folder is made whole or not at all, and only what this command
made itself, untouched since, is ever replaced.
"""

import hashlib
import os
import secrets
import shutil
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import BinaryIO, NoReturn, TextIO

from console.operating.regions import FILE
from console.terminal.progress_line import ProgressLine
from console.terminal.streams.made import tell_made
from console.words.writing import plural
from topology.generation.region import Generated, generate

FLEET = "fleet.csv"
FAILED = 2
_INTERRUPTED = 130
_MARK = "# Made by underkeel generate, which replaces this folder only while nothing in it was changed: sha256 "
_AT_ONCE = 1024 * 1024


class _RefusedError(Exception):
    """The folder is not to be written; the text is a sentence."""


def generate_command(
    out: Path, servers: int, subsystems: int, seed: int, stdout: TextIO, stderr: TextIO, *, as_json: bool = False
) -> int:
    """Make a region in the folder *out*; gives the exit status: 0, 2 when nothing was written, 130 when interrupted."""
    progress = ProgressLine(stderr)
    try:
        with _ended_as_interrupted():
            made = _made(out, servers, subsystems, seed, progress)
    except _RefusedError as refused:
        progress.clear()
        stderr.write(f"{refused} Nothing was written.\n")
        return FAILED
    except OSError as error:
        progress.clear()
        stderr.write(f"{out}: cannot be written: {error.strerror or error}. Nothing was written.\n")
        return FAILED
    except KeyboardInterrupt:
        progress.clear()
        stderr.write("Interrupted: nothing was written.\n")
        return _INTERRUPTED
    progress.clear()
    said = (
        f"Wrote {out / FILE} and {FLEET}: {plural(made.servers, 'server')}, {made.shared:.0%} of them shared, "
        f"{plural(made.subsystems, 'subsystem')} in {plural(made.services, 'service')}, "
        f"{plural(made.dependencies, 'dependency', 'dependencies')}."
    )
    counts = {"servers": made.servers, "subsystems": made.subsystems, "dependencies": made.dependencies}
    facts = {**counts, "shared": round(made.shared, 4), "services": made.services, "seed": seed}
    tell_made(stdout, "region", out / FILE, said, facts, as_json=as_json)
    return 0


def _made(out: Path, servers: int, subsystems: int, seed: int, progress: ProgressLine) -> Generated:
    target = out.resolve()
    old = _replaceable(out, target)
    made = generate(servers, subsystems, seed, progress.show)
    existed = target.is_dir()
    home = target if existed else target.parent
    part = home / f".underkeel-{os.getpid()}-{secrets.token_hex(4)}.part"
    part.mkdir()
    try:
        _write(part, made, progress)
        if existed:
            _swap(part, target, old)
        else:
            part.rename(target)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return made


def _replaceable(out: Path, target: Path) -> list[str]:
    """Give the names of what an earlier run left in *target*.

    Raises:
        _RefusedError: something else is there.
    """
    if target.exists() and not target.is_dir():
        raise _RefusedError(f"{out}: is not a folder; name one that is empty or not there yet.")
    if not target.parent.is_dir():
        raise _RefusedError(f"{out}: there is no folder {out.parent} to make it in.")
    if not target.exists():
        return []
    found = sorted(entry.name for entry in target.iterdir())
    if not found:
        return []
    other = [name for name in found if name not in (FILE, FLEET)]
    if other:
        raise _RefusedError(f"{out}: holds {other[0]!r}, which generate did not make; name another folder.")
    if not _is_untouched(target):
        raise _RefusedError(
            f"{out}: holds a region that generate did not make, or that was changed since; name another folder."
        )
    return found


def _is_untouched(folder: Path) -> bool:
    """Whether the region in *folder* is, byte for byte, what this command wrote."""
    description, fleet = folder / FILE, folder / FLEET
    if not all(path.is_file() and not path.is_symlink() for path in (description, fleet)):
        return False
    digest = hashlib.sha256()
    with description.open("rb") as stream, fleet.open("rb") as table:
        head = stream.readline(len(_MARK) + 100)
        for part in (stream, table):
            while piece := part.read(_AT_ONCE):
                digest.update(piece)
    return head == f"{_MARK}{digest.hexdigest()}\n".encode()


def _write(folder: Path, made: Generated, progress: ProgressLine) -> None:
    text = made.text.encode()
    digest = hashlib.sha256(text)
    with (folder / FLEET).open("wb") as stream:
        for servers, lines in made.fleet():
            data = lines.encode()
            digest.update(data)
            stream.write(data)
            progress.show(f"Wrote {servers:,} of {made.servers:,} servers")
        _settle(stream)
    with (folder / FILE).open("wb") as stream:
        stream.write(f"{_MARK}{digest.hexdigest()}\n".encode() + text)
        _settle(stream)


def _settle(stream: BinaryIO) -> None:
    """See that what was written is on the disk."""
    stream.flush()
    os.fsync(stream.fileno())


def _swap(part: Path, target: Path, old: list[str]) -> None:
    """Put the files of *part* into *target*, in place of the *old* ones; when that fails, they are back."""
    aside = part / "old"
    aside.mkdir()
    try:
        for name in old:
            (target / name).rename(aside / name)
        for name in (FLEET, FILE):
            (part / name).rename(target / name)
    except BaseException:
        for name in old:
            with suppress(FileNotFoundError):  # not moved yet
                (aside / name).replace(target / name)
        if not old:
            for name in (FLEET, FILE):
                (target / name).unlink(missing_ok=True)
        raise


@contextmanager
def _ended_as_interrupted() -> Iterator[None]:
    """Let a request to end (SIGTERM) do what Ctrl+C does, so that nothing half-made stays."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(number: int, frame: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)

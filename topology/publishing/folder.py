"""A folder on this machine as a place to publish to, such as one that a web server serves. No link is ever followed."""

import hashlib
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

from topology.machine.system import CLOSE_ON_EXEC, FOLDER, NO_LINK, NO_WAIT, lock
from topology.publishing.errors import ConflictError, PassingError, PublishError
from topology.publishing.storage import MOST_BYTES, Deadline, Expected, Stored, Unconditional

_LOCK = ".underkeel.lock"
_FOLDER = os.O_RDONLY | FOLDER | NO_LINK | CLOSE_ON_EXEC
_READABLE = 0o644
"""The web server is another user."""


class FolderStorage:
    """Files in a folder that is there already; folders inside it are made."""

    def __init__(self, path: str) -> None:
        self._path = path

    def read(self, path: str, deadline: Deadline) -> Stored | None:
        """Give a file, or None where there is none."""
        with self._explained(path, "read"), self._inside(path, make=False) as (folder, name):
            return None if folder is None else _read(folder, name)

    def write(self, path: str, data: bytes, kind: str, expected: Expected, deadline: Deadline) -> None:
        """Write a file beside the one that it then replaces."""
        with self._explained(path, "written"), self._inside(path, make=True) as (folder, name):
            if folder is None:
                raise PublishError(f"{path} has no folder")
            with self._locked():
                if not isinstance(expected, Unconditional):
                    there = _read(folder, name)
                    if (there.tag if there else None) != expected:
                        raise ConflictError(f"{path} was replaced by somebody else meanwhile")
                _write(folder, name, data)

    @contextmanager
    def _explained(self, path: str, done: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            full = isinstance(error, BlockingIOError) or error.errno in (28, 122)
            why = error.strerror or str(error)
            if error.errno in (20, 40):
                why = "it, or a folder on the way, is a link or no folder; links are not followed"
            raise (PassingError if full else PublishError)(
                f"{path} could not be {done} in {self._path}: {why}"
            ) from error

    @contextmanager
    def _inside(self, path: str, *, make: bool) -> Iterator[tuple[int | None, str]]:
        """Give the folder of a path, open, and the name in it."""
        *folders, name = path.split("/")
        with ExitStack() as handles:
            handle: int | None = os.open(self._path, _FOLDER)
            for one in (*folders, None):
                if handle is not None:
                    handles.callback(os.close, handle)
                    handle = handle if one is None else _step(handle, one, make)
            yield handle, name

    @contextmanager
    def _locked(self) -> Iterator[None]:
        flags = os.O_RDWR | os.O_CREAT | NO_LINK | CLOSE_ON_EXEC
        folder = os.open(self._path, _FOLDER)
        try:
            handle = os.open(_LOCK, flags, 0o600, dir_fd=folder)
        finally:
            os.close(folder)
        try:
            lock(handle, wait=True)
            yield
        finally:
            os.close(handle)


def _step(handle: int, name: str, make: bool) -> int | None:
    if make:
        with suppress(FileExistsError):
            os.mkdir(name, 0o755, dir_fd=handle)
    try:
        return os.open(name, _FOLDER, dir_fd=handle)
    except FileNotFoundError:
        return None


def _read(folder: int, name: str) -> Stored | None:
    try:
        handle = os.open(name, os.O_RDONLY | NO_LINK | NO_WAIT | CLOSE_ON_EXEC, dir_fd=folder)
    except FileNotFoundError:
        return None
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise PublishError(f"{name} is there and is no regular file")
        data = file.read(MOST_BYTES)
    return Stored(data, hashlib.sha256(data).hexdigest())


def _write(folder: int, name: str, data: bytes) -> None:
    part = f".{name[:100]}-{secrets.token_hex(6)}.part"
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | NO_LINK | CLOSE_ON_EXEC, 0o600, dir_fd=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), _READABLE)
            os.fsync(file.fileno())
        os.rename(part, name, src_dir_fd=folder, dst_dir_fd=folder)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(part, dir_fd=folder)

"""One lock of the operating system for each running execution: the kernel frees it when the process dies.

It says only that some process still carries the execution out; what was done is the journal's and the link's to say.
"""

import os
from pathlib import Path
from types import TracebackType
from typing import Self

from topology.machine.system import CLOSE_ON_EXEC, lock


class LockHeldError(Exception):
    """Another process holds the lock; the sentence names the execution."""


class ExecutionLock:
    """An exclusive `flock` on a file of its own, held until `release`."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self._path = path
        self._descriptor = descriptor

    @classmethod
    def take(cls, folder: Path, execution: str) -> Self:
        """Take the lock of an execution.

        Raises:
            LockHeldError: it is held.
            OSError: the folder cannot be written.
        """
        folder = _folder(folder)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / f"{execution}.lock"
        while True:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | CLOSE_ON_EXEC, 0o600)
            if not lock(descriptor):
                os.close(descriptor)
                raise LockHeldError(f"execution {execution} is being carried out by another console")
            # Whoever held it may have removed the file between opening and locking: such a lock locks nothing.
            if _is_same(descriptor, path):
                return cls(path, descriptor)
            os.close(descriptor)

    def is_held(self) -> bool:
        """Say whether it still keeps others out: it does not once its file was removed or replaced."""
        return self._descriptor >= 0 and _is_same(self._descriptor, self._path)

    def release(self) -> None:
        """Free the lock and remove its file; a second time is no matter."""
        if self._descriptor < 0:
            return
        # Removed while still held, so that nobody can hold a file that is about to go.
        self._path.unlink(missing_ok=True)
        os.close(self._descriptor)
        self._descriptor = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def is_free(folder: Path, execution: str) -> bool:
    """Say whether nobody carries an execution out right now."""
    path = _folder(folder) / f"{execution}.lock"
    try:
        descriptor = os.open(path, os.O_RDWR | CLOSE_ON_EXEC)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    try:
        return lock(descriptor)
    finally:
        os.close(descriptor)


def _folder(folder: Path) -> Path:
    return folder / "locks"


def _is_same(descriptor: int, path: Path) -> bool:
    opened = os.fstat(descriptor)
    try:
        there = path.stat()
    except FileNotFoundError:
        return False
    return (opened.st_dev, opened.st_ino) == (there.st_dev, there.st_ino)

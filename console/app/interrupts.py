"""Ctrl+C and a request to end (SIGTERM) close the session as its window does, but nobody is asked; then the truth is said."""

import asyncio
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from console.words.execution import counts
from topology.execution.progress import Progress


class Interrupts:
    """Hears both signals. *number* is the first one heard, or 0."""

    def __init__(self, closed: asyncio.Event) -> None:
        self.number = 0
        self._closed = closed
        self._loop = asyncio.get_running_loop()

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Hear them while the session lives; a second one changes nothing, for closing takes seconds at most."""
        before = {number: signal.signal(number, self._hear) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _hear(self, number: int, _frame: FrameType | None) -> None:
        self.number = self.number or number
        self._loop.call_soon_threadsafe(self._closed.set)


def say_end(progress: Progress | None) -> None:
    """Say what became of the execution that was running, or that none was."""
    sys.stderr.write(f"\nInterrupted. {end_sentence(progress)}\n")


def end_sentence(progress: Progress | None) -> str:
    """Say how far an execution came, as the journal has it."""
    if progress is None:
        return "Nothing was running."
    entry = "the journal" if progress.entry is None else f"entry {progress.entry:,} of the journal"
    return f"{progress.command}: {counts(progress)}; {progress.sentence}. See {entry}; `undo` brings back what left."

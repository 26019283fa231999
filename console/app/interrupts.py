"""What ends the session from outside: Ctrl+C, a request to end (SIGTERM), a display that goes away.

It is closed as by its window, but nobody is asked; then the truth is said.
"""

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from PySide6.QtCore import QLoggingCategory
from qasync import QEventLoop

from console.kit.host.lost_display import lost_without_qts_words
from console.kit.host.xlib import outlive_xlib
from console.words.execution import counts
from topology.execution.progress import Progress

DISPLAY_GONE = 1
"""The exit status where the display went away under the window."""


class LastingLoop(QEventLoop):  # type: ignore[misc]  # untyped
    """Runs until its work is done, also where Qt ends its own loop before, as it does at once when the display goes away.

    What runs must still be stopped, written down and let go of.
    """

    def __init__(self, app: object) -> None:
        super().__init__(app)
        self.quit_by_qt: Callable[[], None] | None = None
        """Called once, when Qt has ended its loop by itself; without it the work is cancelled."""
        self._was_quit = False

    def run_until_complete(self, future: Awaitable[Any]) -> Any:
        """Run until *future* is done, and give its result."""
        work = asyncio.ensure_future(future, loop=self)
        work.add_done_callback(self._stop)
        with lost_without_qts_words():
            while not work.done():
                self.run_forever()
                if not work.done():
                    self._hear_quit(work)
        work.remove_done_callback(self._stop)
        return super().run_until_complete(work)

    def _stop(self, _work: asyncio.Future[Any]) -> None:
        self.stop()

    def _hear_quit(self, work: asyncio.Future[Any]) -> None:
        if self._was_quit:
            return
        self._was_quit = True
        # Qt says it again at every turn.
        QLoggingCategory.setFilterRules("default.warning=false")
        if self.quit_by_qt is None:
            work.cancel()
        else:
            self.quit_by_qt()


class Interrupts:
    """Hears all of them. *number* is the first signal heard, or 0."""

    def __init__(self, closed: asyncio.Event) -> None:
        self.number = 0
        self.display_gone = False
        self._closed = closed
        self._loop = asyncio.get_running_loop()

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Hear them while the session lives; a second one changes nothing, for closing takes seconds at most."""
        before = {number: signal.signal(number, self._hear) for number in (signal.SIGINT, signal.SIGTERM)}
        outlive_xlib()
        if isinstance(self._loop, LastingLoop):
            self._loop.quit_by_qt = self._lose_display
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def status(self, progress: Progress | None) -> int | None:
        """Say what ended the session and what became of the execution that was running; gives the exit status, or None."""
        if self.number:
            sys.stderr.write(f"\nInterrupted. {end_sentence(progress)}\n")
            return 128 + self.number
        if self.display_gone:
            sys.stderr.write(display_gone(progress))
            return DISPLAY_GONE
        return None

    def _hear(self, number: int, _frame: FrameType | None) -> None:
        self.number = self.number or number
        self._loop.call_soon_threadsafe(self._closed.set)

    def _lose_display(self) -> None:
        self.display_gone = True
        self._closed.set()


def display_gone(progress: Progress | None) -> str:
    """Say that the display went away, and what became of the execution that was running."""
    return f"The display went away, and the window with it. {end_sentence(progress)}\n"


def end_sentence(progress: Progress | None) -> str:
    """Say how far an execution came, as the journal has it."""
    if progress is None:
        return "Nothing was running."
    entry = "the journal" if progress.entry is None else f"entry {progress.entry:,} of the journal"
    return f"{progress.command}: {counts(progress)}; {progress.sentence}. See {entry}; `undo` brings back what left."

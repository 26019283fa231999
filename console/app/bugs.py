"""Errors nobody expected: each is logged with its traceback and said once, with where the log is.

It hears those of overridden Qt methods (through `console.kit.overrides`), of slots and of callbacks of the event loop. What the
console expects to go wrong is answered where it happens, and never comes here.
"""

import asyncio
import logging
import sys
import traceback
from collections import Counter
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication

from console.terminal.program import log_from, log_level

log = logging.getLogger(__name__)

LONGEST = 160
"""Characters of an error that are said; the log has all of them."""
_Place = tuple[type[BaseException], str, int]


class Bugs(QObject):
    """Hears of errors. The same error again, from the same place, is only counted: a failing paint comes back with every frame."""

    heard = Signal(str)
    """A sentence for the operator."""

    def __init__(self, file: Path | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._file = file
        self._times: Counter[_Place] = Counter()
        self._said: list[str] = []

    def tell(self, listener: Callable[[str], None]) -> None:
        """Say every sentence to *listener*, also those of before.

        It is called from the event loop and never out of the failing method, which may be painting. If the listener fails too,
        that is one more error and said once, so it ends.
        """
        self.heard.connect(listener, Qt.ConnectionType.QueuedConnection)
        for sentence in self._said:
            self.heard.emit(sentence)

    def hear(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Take an error as `sys.excepthook` does."""
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        place = _place(kind, trace)
        self._times[place] += 1
        times = self._times[place]
        if times == 1:
            self._say_first(kind, error, trace)
        elif times == 10 ** (len(str(times)) - 1):
            log.critical("%s at %s:%d again, %s times by now", kind.__name__, *place[1:], f"{times:,}")

    def hear_loop(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Take what an asyncio loop gives to its exception handler."""
        error = context.get("exception")
        if isinstance(error, BaseException):
            self.hear(type(error), error, error.__traceback__)
        else:
            log.error("%s", context.get("message"))

    def _say_first(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        log.critical("An error nobody expected", exc_info=(kind, error, trace))
        sentence = _sentence(kind, error, self._file)
        if sys.stderr is not None:  # a program without a terminal has none on Windows
            sys.stderr.write(f"underkeel: {sentence}\n")
        self._said.append(sentence)
        self.heard.emit(sentence)


def hear_bugs(file: Path | None) -> Bugs:
    """Hear every exception from now on that nobody catches; *file* is the log, if there is one."""
    bugs = Bugs(file)
    sys.excepthook = bugs.hear
    return bugs


def log_to(folder: Path) -> Path | None:
    """Write the log into *folder*; None where that is not possible (the console works without)."""
    file = folder / "underkeel.log"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handler = RotatingFileHandler(file, maxBytes=1_000_000, backupCount=2, encoding="utf-8")
    except OSError:
        return None
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.getLogger().addHandler(handler)
    if logging.getLogger("console").level == logging.NOTSET:  # else --verbose has said from where on
        log_from(log_level())
    return file


def _place(kind: type[BaseException], trace: TracebackType | None) -> _Place:
    """Say where an error was raised; its text may differ each time, and does not count."""
    if trace is None:
        return kind, "", 0
    while trace.tb_next is not None:
        trace = trace.tb_next
    return kind, trace.tb_frame.f_code.co_filename, trace.tb_lineno


def _sentence(kind: type[BaseException], error: BaseException, file: Path | None) -> str:
    # Not `str(error)`, which may fail as well.
    what = " ".join(" ".join(traceback.format_exception_only(kind, error)).split())
    what = what if len(what) <= LONGEST else f"{what[: LONGEST - 1]}…"
    where = f"The log has the details: {file}" if file else "No log could be written; the terminal has the details"
    return f"An error in the console itself ({what}): what is on screen may be wrong. {where}."

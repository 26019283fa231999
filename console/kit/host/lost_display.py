"""Keeps Qt's own lines about a display that went away from the terminal: the session says it, and what became of the work."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QMessageLogContext, QtMsgType, qFormatLogMessage, qInstallMessageHandler

OF_THE_LOSS = ("The X11 connection broke",)
"""How the lines begin that Qt writes then, once or at every turn of its loop."""


@contextmanager
def lost_without_qts_words() -> Iterator[None]:
    """Pass over those lines meanwhile; everything else that Qt says goes where it went before.

    It has to end before Python does: Qt also speaks while it is taken down, and would call what is gone.
    """

    def hear(kind: QtMsgType, where: QMessageLogContext, said: str) -> None:
        if said.startswith(OF_THE_LOSS):
            return
        if before is not None:
            before(kind, where, said)
        elif sys.stderr is not None:
            sys.stderr.write(f"{qFormatLogMessage(kind, where, said)}\n")
            sys.stderr.flush()

    before = qInstallMessageHandler(hear)
    try:
        yield
    finally:
        qInstallMessageHandler(before)

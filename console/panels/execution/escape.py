"""Escape, twice: the one gesture that stops, heard from anywhere in the program."""

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent

from console.kit.overrides import reported_or

WITHIN_S = 1.5
SAME_PRESS_S = 0.03
"""Faster than any hand: the same press, on its way from the window to the widget and up its parents."""
_LETTING = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.KeypadModifier)


class EscapeTwice(QObject):
    """An event filter for the application. It only listens: whoever has a use for a single Escape still gets it."""

    first = Signal()
    """Escape was pressed once: once more, soon, stops."""
    stop = Signal()

    def __init__(self, parent: QObject | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(parent)
        self._clock = clock
        self._down = False
        self._pressed_at = float("-inf")
        self._stamp = 0
        self._first_at = float("-inf")

    @reported_or(False)
    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and not event.isAutoRepeat():
            if event.type() == QEvent.Type.KeyPress:
                self._press(event)
            elif event.type() == QEvent.Type.KeyRelease and event.key() == Qt.Key.Key_Escape:
                self._down = False
        return False

    def _press(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Escape:
            # Another key in between: the first Escape was for something else.
            self._first_at = float("-inf")
            return
        if event.modifiers() not in _LETTING or self._is_same(event):
            return
        now = self._pressed_at
        if now - self._first_at <= WITHIN_S:
            self._first_at = float("-inf")
            self.stop.emit()
        else:
            self._first_at = now
            self.first.emit()

    def _is_same(self, event: QKeyEvent) -> bool:
        """Whether this is a press that was counted already: the filter meets it at every object that it passes.

        The release may be lost to another program, so a press without one is only taken for the same within a moment.
        """
        now, stamp = self._clock(), event.timestamp()
        same = self._down and (now - self._pressed_at < SAME_PRESS_S or (stamp != 0 and stamp == self._stamp))
        if not same:
            self._down, self._pressed_at, self._stamp = True, now, stamp
        return same

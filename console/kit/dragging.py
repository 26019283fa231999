"""Tells a click from a drag: a drag begins when the pointer has gone some way since it was pressed."""

from PySide6.QtCore import QPointF


class Drag:
    """One press of the mouse, from *start* on; *reach* is how many pixels it goes before it is a drag."""

    def __init__(self, start: QPointF, reach: int) -> None:
        self.start = start
        self.began = False
        """Whether it is a drag by now."""
        self._at = start
        self._reach = reach

    def moved(self, at: QPointF) -> QPointF | None:
        """Give how far it went since the last time, or None while it is no drag yet."""
        if not self.began and (at - self.start).manhattanLength() < self._reach:
            return None
        self.began = True
        way, self._at = at - self._at, at
        return way

"""Laying an outline out without holding the window up: a small one at once, a big one beside it, and only the last asked for."""

import logging
import threading

from PySide6.QtCore import QObject, Signal

from console.operating.layouts.placed import ROOM, Before, PlacedGraph, placed
from topology.graph.outline import Outline
from topology.layout import Point

log = logging.getLogger(__name__)
AT_ONCE = 250
"""So many nodes and half as many links again are laid out in less time than an eye sees."""


class Placer(QObject):
    """Lays out outlines; `done` gives the last one asked for, with its places, and `failed` a sentence."""

    done = Signal(object, object)
    failed = Signal(str)
    _finished = Signal(int, object, object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._asked = 0
        self._finished.connect(self._take)

    def place(self, outline: Outline, before: Before | None = None, room: Point = ROOM) -> None:
        """Lay out *outline* for a view of *room*, like the picture *before*; what is on its way for another is given up."""
        self._asked += 1
        if len(outline.nodes) <= AT_ONCE and len(outline.links) <= AT_ONCE * 3 // 2:
            self.done.emit(outline, placed(outline, before, room=room))
            return
        # Daemonic, so that a console that is closed meanwhile does not wait for a picture that nobody will see.
        work = self._asked, outline, before, room
        threading.Thread(target=self._run, args=work, name="layout", daemon=True).start()

    def _run(self, asked: int, outline: Outline, before: Before | None, room: Point) -> None:
        # Not light to import, and a small region's window does without them.
        from console.operating.layouts import kept_layouts
        from topology.layout import LayoutCancelledError

        result: PlacedGraph | Exception
        try:
            kept = kept_layouts.recalled(outline, room) if before is None else None
            result = kept or placed(outline, before, lambda: asked == self._asked, room)
            if kept is None and before is None:
                # One that was made like another picture is not what "lay out anew" should bring back.
                kept_layouts.keep(result)
        except LayoutCancelledError:
            return
        except Exception as error:
            log.exception("The layout failed")
            result = error
        try:
            self._finished.emit(asked, outline, result)
        except RuntimeError:
            log.info("A layout came after the window was closed")

    def _take(self, asked: int, outline: Outline, result: object) -> None:
        if asked != self._asked:
            return
        if isinstance(result, PlacedGraph):
            self.done.emit(outline, result)
        else:
            self.failed.emit(f"The topology could not be laid out: {result}. The log has the details.")

"""Laying an outline out without holding the window up: a small one at once, a big one beside it, and only the last asked for."""

import logging
import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from console.topology_view.placed import Placed, placed
from topology.outline import Outline

log = logging.getLogger(__name__)
AT_ONCE = 250
"""So many nodes and half as many links again are laid out in less time than an eye sees."""


class Placer(QObject):
    """Lays out outlines; `done` gives the last one asked for, with its places, and `failed` a sentence."""

    done = Signal(object, object)
    failed = Signal(str)
    _finished = Signal(int, object, object)

    def __init__(self, parent: QObject, lay_out: Callable[[Outline], Placed] = placed) -> None:
        super().__init__(parent)
        self._lay_out = lay_out
        self._asked = 0
        self._thread: threading.Thread | None = None
        self._finished.connect(self._take)

    @property
    def is_running(self) -> bool:
        """Whether a layout is on its way."""
        return self._thread is not None

    def place(self, outline: Outline) -> None:
        """Lay out *outline*; a layout that is on its way for another is dropped when it comes."""
        self._asked += 1
        if len(outline.nodes) <= AT_ONCE and len(outline.links) <= AT_ONCE * 3 // 2:
            self._thread = None
            self.done.emit(outline, self._lay_out(outline))
            return
        asked = self._asked
        # Daemonic, so that a console that is closed meanwhile does not wait for a picture that nobody will see.
        self._thread = threading.Thread(target=self._run, args=(asked, outline), name="layout", daemon=True)
        self._thread.start()

    def cancel(self) -> None:
        """Forget the layout that is on its way."""
        self._asked += 1
        self._thread = None

    def _run(self, asked: int, outline: Outline) -> None:
        result: Placed | Exception
        try:
            result = self._lay_out(outline)
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
        self._thread = None
        if isinstance(result, Placed):
            self.done.emit(outline, result)
        else:
            self.failed.emit(f"the topology could not be laid out: {result}. The log has the details.")

"""Takes unreachable objects away in the window's own thread, and in no other.

Python collects cycles in whichever thread happens to allocate. A widget that dies outside its own thread leaves its timers
behind, which can end the process much later; so nothing is collected by itself while there is a window, but here.
"""

import gc

from PySide6.QtCore import QObject, QTimer

EACH_MS = 100


class Collector(QObject):
    """Collects for as long as *parent* lives. Automatic collection stays off from then on: widgets may outlive it."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(EACH_MS)
        self._timer.timeout.connect(collect_what_is_due)
        self._timer.start()


def collect_what_is_due() -> None:
    """Collect in this thread as far as Python by itself would have by now."""
    counts = zip(gc.get_count(), gc.get_threshold(), strict=True)
    due = [generation for generation, (count, threshold) in enumerate(counts) if count > threshold > 0]
    if due:
        gc.collect(due[-1])


def leave_alone_what_is_here() -> None:
    """Look through nothing of what is here now, until `settle`: modules are many objects, and none of them goes away."""
    gc.freeze()


def settle() -> None:
    """Take away what is unreachable, of what was left alone too; what remains stays until the end and is left alone."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()

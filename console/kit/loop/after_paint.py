"""A call that waits until everything that is to be painted has been: for work that no echo of a key may wait for.

It knows Qt and its loop; the workspace plans by it.
"""

import asyncio
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject

from console.kit.overrides import reported_or

AFTER_ALL = -2000
"""Priority of what comes last: Qt asks for a window to be painted with -1 (`Qt::LowEventPriority`)."""
_DUE = QEvent.Type(QEvent.registerEventType())


class AfterPaint(QObject):
    """Calls once after the next painting, however often it is started until then.

    A timer of 0 ms may come before what the key that started it changed is painted; an event of the lowest priority cannot.
    """

    def __init__(self, parent: QObject, call: Callable[[], None]) -> None:
        super().__init__(parent)
        self._call = call
        self.waits = False
        """Whether the call is still to come."""

    def start(self) -> None:
        """Call as soon as what waits to be painted is painted."""
        if not self.waits:
            self.waits = True
            QCoreApplication.postEvent(self, QEvent(_DUE), AFTER_ALL)

    def stop(self) -> None:
        """Do not call after all."""
        if self.waits:
            self.waits = False
            QCoreApplication.removePostedEvents(self, _DUE.value)

    @reported_or(False)
    def event(self, event: QEvent) -> bool:
        if event.type() != _DUE:
            return super().event(event)
        self.waits = False
        self._call()
        return True


async def all_painted(parent: QObject) -> None:
    """Wait until everything that is to be painted has been."""
    future = asyncio.get_running_loop().create_future()
    after = AfterPaint(parent, lambda: None if future.done() else future.set_result(None))
    after.start()
    try:
        await future
    finally:
        after.stop()
        after.deleteLater()

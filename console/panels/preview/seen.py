"""How long what is to be confirmed has been on screen."""

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal

SEEN_S = 0.5
"""How long servers, verdict and finding codes must have been on screen."""
STEP_MS = 33
Clock = Callable[[], float]


class SeenWait(QObject):
    """Measures the time since something came on screen, and says at each step of the wait that it went on."""

    went_on = Signal()

    def __init__(self, parent: QObject, clock: Clock = time.monotonic) -> None:
        super().__init__(parent)
        self._clock = clock
        self._since: float | None = None
        """When what is on show came on screen; None while it is not."""
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    def begin(self) -> None:
        """Let the wait begin anew."""
        self._since = self._clock()
        self._timer.start(STEP_MS)

    def end(self) -> None:
        """Take back what was waited: nothing is on screen."""
        self._since = None
        self._timer.stop()

    def is_over(self) -> bool:
        """Say whether it was on screen long enough."""
        return self._since is not None and self._clock() - self._since >= SEEN_S

    def share(self) -> float:
        """Give how much of the wait is over, 0 to 1; 1 where nothing waits."""
        return 1.0 if self._since is None else min(1.0, max(0.0, (self._clock() - self._since) / SEEN_S))

    def _tick(self) -> None:
        if self.is_over() or self._since is None:
            self._timer.stop()
        self.went_on.emit()

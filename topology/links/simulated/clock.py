"""The time of a link: never runs backwards, whatever the machine's clock does."""

import threading
from collections.abc import Callable


class LinkClock:
    """Seconds since 1970 UTC that go on from where they were when the clock below is set back."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._reading = clock()
        self._ahead = 0.0

    def now(self) -> float:
        """Give the time; not before any given earlier."""
        with self._lock:
            return self._read()

    def at_least(self, moment: float) -> None:
        """Go on from *moment* if the clock is behind it, as it is when it was set back before a restart."""
        with self._lock:
            self._ahead += max(0.0, moment - self._read())

    def _read(self) -> float:
        reading = self._clock()
        self._ahead += max(0.0, self._reading - reading)
        self._reading = reading
        return reading + self._ahead


class ManualClock:
    """A clock that somebody else moves: for tests and for replay."""

    def __init__(self, time: float) -> None:
        self.time = time

    def __call__(self) -> float:
        """Give the time it was set to."""
        return self.time

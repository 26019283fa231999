"""The time of a region and its ledger: never runs backwards, and does not follow a clock that leaps forward.

Two readings make it. The machine's *clock* (seconds since 1970 UTC) is what people read, and anybody may set it; the time
*elapsed* since the machine started goes on evenly whatever is set, and counts while the machine sleeps.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

LEAP_S = 60.0
"""A clock that goes further ahead than this at once has leapt: nothing tells how long it really was."""
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True)
class Stamp:
    """One moment twice over: *time* in seconds since 1970 UTC, and *elapsed_s* since the start of the machine named *boot*."""

    time: float
    boot: str
    elapsed_s: float

    def age_s(self, time: float, boot: str, elapsed_s: float) -> float:
        """Give how long ago another moment was: by the time elapsed within one start of the machine, else by the clock."""
        if boot == self.boot and elapsed_s <= self.elapsed_s:
            return self.elapsed_s - elapsed_s
        return max(0.0, self.time - time)


class ManualClock:
    """A clock that somebody else moves: for tests and for replay. Setting *time* lets time pass; `leap` does not."""

    def __init__(self, time: float) -> None:
        self.time = time
        self._leapt = 0.0

    def __call__(self) -> float:
        """Give the time it was set to."""
        return self.time

    def leap(self, seconds: float) -> None:
        """Set the clock forward (or back) without any time passing, as somebody does who sets a machine's clock."""
        self.time += seconds
        self._leapt += seconds

    def elapsed(self) -> float:
        """Give the seconds that passed."""
        return self.time - self._leapt


class SteadyClock:
    """Seconds since 1970 UTC that go on from where they were when the clock below is set back, or leaps forward.

    *clock* gives seconds since 1970 UTC; *elapsed* the seconds since the machine started, or None: then a leap of a clock
    other than the machine's own cannot be told from time that passed.
    """

    def __init__(self, clock: Callable[[], float] = time.time, elapsed: Callable[[], float] | None = None) -> None:
        self._clock = clock
        self._elapsed = elapsed or _elapsed_of(clock)
        self._boot = _boot_of(clock)
        self._lock = threading.Lock()
        self._reading = self._elapsed()
        self._time = clock()
        self.leap_s = 0.0
        """How far the machine's clock is ahead since it leapt; 0 while it did not. `follow` ends it."""

    def now(self) -> float:
        """Give the time; not before any given earlier."""
        with self._lock:
            return self._read()

    def stamp(self) -> Stamp:
        """Give the moment in both readings."""
        with self._lock:
            return Stamp(self._read(), self._boot, self._reading)

    def at_least(self, moment: float) -> None:
        """Go on from *moment* if the time is behind it, as it is when the clock was set back before a restart."""
        with self._lock:
            self._time = max(self._read(), moment)

    def go_on_from(self, seen: Stamp) -> None:
        """Go on from what was last written down, at opening: a clock that leapt while nobody looked is noticed too."""
        with self._lock:
            now = self._read()
            known = bool(seen.boot) and seen.boot == self._boot and seen.elapsed_s <= self._reading
            self._time = seen.time + self._reading - seen.elapsed_s if known else max(now, seen.time)
            self._read()

    def follow(self) -> None:
        """Take the machine's clock for right, however far it leapt: somebody said so."""
        with self._lock:
            self._time = max(self._read(), self._clock())
            self.leap_s = 0.0

    def _read(self) -> float:
        reading, shown = self._elapsed(), self._clock()
        self._time += max(0.0, reading - self._reading)
        self._reading = reading
        ahead = shown - self._time
        self.leap_s = ahead if ahead > LEAP_S else 0.0
        if 0.0 < ahead <= LEAP_S:
            self._time = shown
        return self._time


def _elapsed_of(clock: Callable[[], float]) -> Callable[[], float]:
    if isinstance(clock, ManualClock):
        return clock.elapsed
    return machine_elapsed if clock is time.time else clock


def machine_elapsed() -> float:
    """Give the seconds since the machine started, those that it slept included where the system tells."""
    # Where it is there, the clock that goes on while a machine sleeps: sleeping is no leap.
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


def _boot_of(clock: Callable[[], float]) -> str:
    if clock is not time.time:
        return "manual"
    try:
        return _BOOT_ID.read_bytes().decode().strip()
    except (OSError, UnicodeDecodeError):
        return ""  # unknown: ages go by the clock

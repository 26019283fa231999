"""The time of a ledger that several machines share, and how long its entries live. No machine's clock decides about anything."""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping

from topology.etcd.client import EtcdClient
from topology.fleet.lowered import ClockSkewed
from topology.records.clock import machine_elapsed

SKEWED_S = 60.0
"""Clocks further apart than this are told of."""
SOON_S = 2.0
"""An entry that was not there so long ago has its whole window before it, as exactly as anybody needs to know."""
NOTE_EACH_S = 10.0
"""How often it is written down how late it is, while somebody is there."""


class LedgerTime:
    """Seconds since 1970 UTC that go on from what others wrote down; a clock here that is set is not followed.

    *clock* gives seconds since 1970 UTC, *elapsed* seconds that go on evenly whatever is set.
    """

    def __init__(self, clock: Callable[[], float] = time.time, elapsed: Callable[[], float] = machine_elapsed) -> None:
        self._clock, self.elapsed = clock, elapsed
        self._base, self._at = clock(), elapsed()
        self._known_s = 0.0
        """How far the clock here is known to be ahead."""

    @property
    def skew_s(self) -> float:
        """How far the clock here is ahead of the ledger's time now (negative: behind), where that is no accident nor known."""
        ahead = self._clock() - self.now()
        return ahead if abs(ahead - self._known_s) > SKEWED_S + NOTE_EACH_S else 0.0

    def now(self) -> float:
        """Give the time; not before any given earlier."""
        return self._base + self.elapsed() - self._at

    def hear(self, moment: float) -> None:
        """Go on from a moment that somebody wrote down, if it is later."""
        self._base = max(self._base, moment - (self.elapsed() - self._at))

    def begin(self, moment: float) -> None:
        """Go on from what was written down before everybody left: whose clock was wrong then is not asked any more."""
        self.hear(moment)
        self.accept()

    def join(self, moment: float) -> None:
        """Go on from a moment that somebody who is there wrote down a moment ago, whatever the clock here says."""
        ahead = self._clock() - moment
        if abs(ahead) > SKEWED_S + NOTE_EACH_S:
            self._base, self._at = moment, self.elapsed()
        else:
            self.hear(moment)

    def accept(self) -> None:
        """Take the skew as known: somebody said so."""
        self._known_s = self._clock() - self.now()

    @property
    def doubt(self) -> ClockSkewed | None:
        """Give what is wrong with the clocks; None when nothing is."""
        return ClockSkewed(self.skew_s) if self.skew_s else None


class Expiries:
    """When leases end, asked once of each and counted down here. A key that is still there has at least a moment to live."""

    def __init__(self, client: EtcdClient, elapsed: Callable[[], float]) -> None:
        self._client, self._elapsed = client, elapsed
        self._ends: dict[int, float] = {}

    async def learn(self, leases: Iterable[int]) -> None:
        """Ask of those that are not known, and forget those that are not asked for any more."""
        wanted = {lease for lease in leases if lease}
        new = sorted(wanted - self._ends.keys())
        now = self._elapsed()
        for lease, seconds in zip(new, await asyncio.gather(*map(self._client.remaining_s, new)), strict=True):
            self._ends[lease] = now + max(seconds, 0)
        for lease in self._ends.keys() - wanted:
            del self._ends[lease]

    def begin(self, leases: Mapping[int, float], since_s: float) -> None:
        """Take leases of entries that are new since the last look, *since_s* ago, for as long as a window: nobody need be asked.

        They live at most so much longer or shorter as the look was ago, and never end before etcd says so.
        """
        if since_s <= SOON_S:
            for lease, seconds in leases.items():
                self._ends.setdefault(lease, self._elapsed() + seconds)

    def knows(self, lease: int) -> bool:
        """Whether it is known when a lease ends."""
        return lease in self._ends

    def note(self, lease: int, seconds: float) -> None:
        """Keep in mind when one's own lease ends."""
        self._ends[lease] = self._elapsed() + seconds

    def remaining_s(self, lease: int, at_most: float) -> float:
        """Give how long a lease lives still; a whole second more than that is left to a ledger that counts in seconds."""
        left = self._ends.get(lease, 0.0) - self._elapsed()
        return min(max(left, 1.0), at_most)

"""The leases of entries of the pace: one for all that leave within the same second, so that no wave waits for one of its own."""

import asyncio
import math
from collections.abc import Callable

from topology.etcd.client import EtcdClient
from topology.records.ledger.etcd.time import Expiries

SHARED_S = 1.0
"""So long a lease is given to further entries; it lives that much longer than the window, so that none dies before its time."""


class WindowLeases:
    """Gives the lease for an entry that counts from now on, or from a moment ago."""

    def __init__(self, client: EtcdClient, expiries: Expiries, elapsed: Callable[[], float]) -> None:
        self._client, self._expiries, self._elapsed = client, expiries, elapsed
        self._made: dict[float, tuple[float, int]] = {}
        self._turns: dict[float, asyncio.Lock] = {}

    async def of(self, window_s: float) -> int:
        """Give the lease for a window of so many seconds.

        Raises:
            EtcdError: none could be made.
        """
        async with self._turns.setdefault(window_s, asyncio.Lock()):
            asked, (made, lease) = self._elapsed(), self._made.get(window_s, (float("-inf"), 0))
            if asked - made > SHARED_S:
                seconds = math.ceil(max(window_s, 1.0) + SHARED_S)
                lease = await self._client.grant(seconds)
                self._expiries.note(lease, seconds)
                self._made[window_s] = (asked, lease)
            return lease

    async def of_all(self, windows: tuple[float, ...]) -> dict[float, int]:
        """Give the leases for several windows."""
        leases = await asyncio.gather(*map(self.of, windows))
        return dict(zip(windows, leases, strict=True))

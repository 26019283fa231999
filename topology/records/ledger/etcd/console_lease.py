"""A console's own lease in etcd: it says that the console is there, and carries the leases of what it carries out.

It is renewed again and again. A console whose lease was not renewed for half of its life sends nothing, for whoever looks may
take it for dead soon, and take over.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

from topology.etcd.client import EtcdClient
from topology.etcd.errors import EtcdError

LIFE_S = 15
RENEW_EACH_S = 3.0
_log = logging.getLogger(__name__)


class ConsoleLease:
    """One console at an etcd. *beat* is called with every renewal."""

    def __init__(self, client: EtcdClient, elapsed: Callable[[], float], beat: Callable[[], Awaitable[None]]) -> None:
        self._client, self._elapsed, self._beat = client, elapsed, beat
        self.lease = 0
        self._renewed = 0.0
        self._task: asyncio.Task[None] | None = None
        self._turn = asyncio.Lock()

    @property
    def is_sure(self) -> bool:
        """Whether nobody can have taken this console for dead."""
        return bool(self.lease) and self._elapsed() - self._renewed <= LIFE_S / 2

    async def begin(self) -> int:
        """Give the lease: the one that there is, or a new one where it ended."""
        async with self._turn:
            if not self.lease:
                asked = self._elapsed()
                self.lease = await self._client.grant(LIFE_S)
                self._renewed = asked
            if self._task is None:
                self._task = asyncio.get_running_loop().create_task(self._renew(), name="lease of the ledger")
        return self.lease

    def forget(self) -> None:
        """Take in that the lease is over."""
        self.lease = 0

    async def aclose(self) -> None:
        """End the lease: what it carried may be taken over at once."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        lease, self.lease = self.lease, 0
        if lease:
            with suppress(EtcdError):
                await self._client.revoke(lease)

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(RENEW_EACH_S)
            asked = self._elapsed()
            try:
                if self.lease and await self._client.keep_alive(self.lease, RENEW_EACH_S):
                    self._renewed = asked
                elif self.lease:
                    _log.warning("the lease of this console ended; what it carried out may be taken over by others")
                    self.lease = 0
                await self._beat()
            except EtcdError as error:
                _log.info("the lease of this console was not renewed: %s", error)
